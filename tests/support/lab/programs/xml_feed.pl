# Read a feed from standard input with XML::Feed, and print its entries as JSON.
# https://metacpan.org/pod/XML::Feed
use strict;
use warnings;
use JSON::PP;
use XML::Feed;

# Without it, XML::Atom hands out the bytes of UTF-8.
$XML::Atom::ForceUnicode = 1;

my $text = do { local $/; <STDIN> };
my $feed = XML::Feed->parse(\$text) or die XML::Feed->errstr;
$XML::Feed::MULTIPLE_ENCLOSURES = 1;

sub written { my ($moment) = @_; return $moment ? $moment->iso8601 : undef }

my @entries = map {
    {
        id => $_->id,
        link => $_->link,
        title => $_->title,
        published => written($_->issued),
        updated => written($_->modified),
        authors => [grep { defined } map { ref ? @$_ : $_ } $_->author],
        summary => $_->summary->body,
        body => $_->content->body,
        enclosures => [map { $_->url } $_->enclosure],
        topics => [$_->category],
    }
} $feed->entries;
print JSON::PP->new->utf8->encode(\@entries);
