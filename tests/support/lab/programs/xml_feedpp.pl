# Read a feed from standard input with XML::FeedPP, and print its entries as JSON.
# https://metacpan.org/pod/XML::FeedPP
use strict;
use warnings;
use JSON::PP;
use XML::FeedPP;

# Return the one or many values as a list.
sub many { my ($value) = @_; return !defined $value ? [] : ref $value eq 'ARRAY' ? $value : [$value] }

my $text = do { local $/; <STDIN> };
my @entries = map {
    {
        id => scalar $_->guid,
        link => scalar $_->link,
        title => scalar $_->title,
        published => scalar $_->pubDate,
        # It dies of several authors in Atom.
        authors => many(scalar eval { $_->author }),
        updated => scalar($_->get('updated')) // scalar($_->get('atom:updated')),
        summary => scalar $_->description,
        body => scalar($_->get('content:encoded')) // scalar($_->get('content')),
        image => scalar $_->get('media:thumbnail@url'),
        enclosures => many(scalar $_->get('enclosure@url')),
        topics => many(scalar $_->category),
    }
} XML::FeedPP->new($text, -type => 'string', utf8_flag => 1)->get_item;
print JSON::PP->new->utf8->encode(\@entries);
