"""Domains that nobody uses, that others have bought, and hosting without a site."""

from __future__ import annotations

from support.links.behaviours.model import (
    DEAD,
    TEXT,
    B,
    always,
    at,
    html,
    to,
)

_PARKED = (
    (
        "GoDaddy",
        '<title></title><script>window.LANDER_SYSTEM="PW"</script><div id=root></div><script src="https://img1.wsimg.com/parking-lander/static/js/main.js"></script>',
    ),
    (
        "Sedo",
        '<title>example.test&nbsp;-&nbsp;Informationen zum Thema</title><script src="https://img.sedoparking.com/js/park.js"></script><a href=https://www.sedo.com/services/parking.php3>',
    ),
    ("Sedo with a frame", '<frameset><frame src="http://sedoparking.com/example.test"></frameset>'),
    (
        "Bodis",
        '<html data-adblockkey="MFww=="><title>example.test</title><script>window.park="eyJ1dWlkIjoi"</script><script src="/bXyZ.js"></script><div id=target style="opacity:0"></div>',
    ),
    (
        "ParkingCrew",
        '<title>example.test</title><script src="https://d38psrni17bvxu.cloudfront.net/scripts/js3caf.js"></script><script>var tcblock={};</script><a href="https://parkingcrew.net/assets">',
    ),
    (
        "Above.com",
        '<title>example.test</title><script src="//static.above.com/js/park.js"></script><iframe src="https://www.above.com/marketplace/example.test"></iframe>',
    ),
    (
        "Dan.com",
        '<title>example.test is for sale</title><link rel=stylesheet href="https://cdn0.dan.com/assets/app.css"><h1>The domain name example.test is for sale!</h1>',
    ),
    (
        "Afternic",
        '<title>example.test is for sale</title><h1>example.test is for sale!</h1><script src="https://www.afternic.com/forsale/static.js"></script><a href=https://www.afternic.com/forsale/example.test>Get a price</a>',
    ),
    (
        "Namecheap",
        "<title>Registrant WHOIS contact information verification | Namecheap.com</title><h1>example.test</h1><p>This domain was recently registered at Namecheap.<a href=https://parkingpage.namecheap.com>",
    ),
    (
        "Namecheap, expired",
        '<title>example.test - Registered at Namecheap.com</title><p>The domain has expired. Is this your domain? Renew now<iframe src="https://parkingpage.namecheap.com/"></iframe>',
    ),
    ("Dynadot", "<title>example.test</title><h1>example.test is parked free, courtesy of Dynadot.com</h1>"),
    (
        "Porkbun",
        '<title>example.test | parked domain</title><h1>A Brand New Domain!</h1><p>Congratulations! This domain is parked at Porkbun.<a href="https://porkbun.com/">',
    ),
    (
        "IONOS",
        "<title>Domain geparkt</title><h1>Diese Domain ist bereits registriert.</h1><p>This domain is parked by <a href=https://www.ionos.de/>IONOS</a>",
    ),
    (
        "Strato",
        "<title>STRATO - Domain reserved</title><h1>This website has just been reserved and does not yet have any content.</h1>",
    ),
    (
        "united-domains",
        "<title>Domain im Kundenauftrag registriert</title><h1>Domain im Kundenauftrag registriert</h1><p>united-domains AG",
    ),
    (
        "OVH",
        "<title>Félicitations ! Votre domaine a bien été créé chez OVHcloud !</title><h1>Site en construction</h1>",
    ),
    (
        "Gandi",
        "<title>example.test</title><h1>This domain name has been registered with Gandi.net</h1><p>It is currently parked by the owner.",
    ),
    (
        "Hover",
        "<title>example.test is coming soon</title><h1>example.test</h1><p>is a totally awesome idea still being worked on. Check back later. <img alt=Hover>",
    ),
    (
        "HugeDomains",
        '<title>example.test is for sale | HugeDomains</title><h1>example.test</h1><p>This domain is for sale: $2,495 <a href="https://www.hugedomains.com/payment-plan">',
    ),
    (
        "Uniregistry",
        '<title>example.test</title><script src="https://uniregistry.com/static/parking.js"></script><p>The owner of this domain may be offering it for sale.',
    ),
    ("Epik", "<title>example.test domain name is for sale. Inquire now.</title><h1>example.test is for sale</h1>"),
    ("Name.com", "<title>example.test - Domain Parked with Name.com</title><h1>This domain is parked</h1>"),
    (
        "Network Solutions",
        "<title>example.test - Under Construction</title><h1>Under Construction</h1><p>This site is under construction and coming soon. This domain is registered with Network Solutions",
    ),
    (
        "Register.com",
        "<title>Coming Soon page</title><p>This domain is parked with Register.com. <h1>Future home of example.test</h1>",
    ),
    (
        "reg.ru",
        "<title>Домен не прилинкован ни к одной из директорий на сервере!</title><h1>Домен припаркован в REG.RU</h1>",
    ),
    ("nic.ru", "<title>Домен example.test продаётся</title><h1>Домен example.test продаётся</h1>"),
    (
        "a German seller",
        "<title>example.test steht zum Verkauf</title><h1>Die Domain example.test steht zum Verkauf!</h1>",
    ),
    ("a French seller", "<title>Ce nom de domaine est à vendre</title><h1>example.test est à vendre</h1>"),
    ("a Spanish seller", "<title>Este dominio está a la venta</title><h1>example.test está en venta</h1>"),
    ("a Chinese seller", "<title>example.test 域名出售</title><h1>您正在访问的域名可以转让！</h1>"),
    ("a Japanese registrar", "<title>お名前.com</title><h1>このドメインは、お名前.comで取得されています。</h1>"),
    (
        "a seller in English",
        "<title>Buy example.test</title><h1>This premium domain may be for sale</h1><p>Make an offer",
    ),
)
_HOSTING = (
    (
        "an account that cPanel suspended",
        "<title>Account Suspended</title><h1>Account Suspended</h1><p>This Account has been suspended. Contact your hosting provider for more information.",
    ),
    (
        "a site that a host suspended",
        "<title>This site has been suspended</title><h1>Site suspended</h1><p>Please contact the billing department.",
    ),
    (
        "an expired domain at a registrar",
        "<title>example.test - Domain expired</title><h1>This domain has expired</h1><p>If you owned this domain, contact your registrar to renew.",
    ),
    (
        "an expired site of Squarespace",
        "<title>Website Expired</title><h1>Website Expired</h1><p>This account has expired. If you are the site owner, click below to login.",
    ),
    (
        "a Wix domain without a site",
        "<title>Looks like this domain isn't connected to a website yet</title><h1>Looks like this domain isn't connected to a website yet!</h1>",
    ),
    (
        "the default page of nginx",
        "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working.",
    ),
    ("the default page of Apache", "<html><body><h1>It works!</h1></body></html>"),
    (
        "the default page of Apache on Debian",
        "<title>Apache2 Debian Default Page: It works</title><span>Apache2 Debian Default Page</span><p>It works!",
    ),
    (
        "the default page of Apache on CentOS",
        "<title>Apache HTTP Server Test Page powered by CentOS</title><h1>Testing 123..</h1>",
    ),
    (
        "the default page of Apache on Fedora",
        "<title>Test Page for the HTTP Server on Fedora</title><h1>Fedora Webserver Test Page</h1>",
    ),
    (
        "the default page of IIS",
        "<title>IIS Windows Server</title><div id=container><a href=http://go.microsoft.com/fwlink/?linkid=66138><img src=iisstart.png></a></div>",
    ),
    (
        "the default page of Plesk",
        "<title>Web Server's Default Page</title><h1>Web Server's Default Page</h1><p>This page is generated by Plesk",
    ),
    (
        "the default page of Plesk for a domain",
        "<title>Domain Default page</title><h1>Domain Default page</h1><p>If you are seeing this message, the website for is not available at this time. Plesk",
    ),
    (
        "the default page of cPanel",
        "<title>Default Web Site Page</title><h1>SORRY!</h1><p>If you are the owner of this website, please contact your hosting provider: webmaster@example.test",
    ),
    (
        "the default page of DirectAdmin",
        "<title>www.example.test &mdash; Coming Soon</title><h1>This is a default index page for a new domain.</h1>",
    ),
    (
        "the default page of LiteSpeed",
        "<title>Congratulation! You have successfully installed the LiteSpeed Web Server</title><h1>Congratulation</h1>",
    ),
    ("the default page of Caddy", "<title>Caddy works!</title><h1>Congratulations!</h1><p>Your web server is working."),
    (
        "the default page of Tomcat",
        "<title>Apache Tomcat/9.0.65</title><h2>If you're seeing this, you've successfully installed Tomcat. Congratulations!</h2>",
    ),
    (
        "the default page of ISPConfig",
        "<title>Welcome!</title><h1>Welcome to your website!</h1><p>This is the default index page of your website. powered by ISPConfig",
    ),
    (
        "the default page of Hostinger",
        "<title>Default page</title><h1>You Are All Set to Go!</h1><p>All you have to do now is upload your website files and start your journey. Hostinger",
    ),
    (
        "a listing of an empty folder",
        "<title>Index of /</title><h1>Index of /</h1><ul><li><a href=cgi-bin/>cgi-bin/</a></ul>",
    ),
    ("“Coming soon”", "<title>Coming Soon</title><h1>Coming soon</h1><p>Our website is under construction."),
    (
        "an empty shop of Shopify",
        "<title>Opening soon</title><h1>Sorry, this shop is currently unavailable.</h1><script src=https://cdn.shopify.com/a.js></script>",
    ),
    (
        "a deleted blog of WordPress.com",
        "<title>WordPress.com</title><h1>example.wordpress.com is no longer available.</h1><p>The authors have deleted this site.",
    ),
    (
        "a deleted blog of Blogger",
        "<title>Blog has been removed</title><h1>Blog has been removed</h1><p>Sorry, the blog at example.blogspot.com has been removed.",
    ),
    (
        "a site that closed for good",
        "<title>We have closed</title><h1>Daily News has closed down</h1><p>Thank you for 20 years.",
    ),
    ("a casino that bought the domain", f"<title>Slot Gacor Online 2024</title><h1>Situs Slot</h1>{TEXT}"),
)
_SELLERS = (
    "http://www.hugedomains.com/domain_profile.cfm?d=x",
    "https://www.afternic.com/forsale/x?traffic_id=1",
    "https://sedo.com/search/details/?domain=x",
    "https://dan.com/buy-domain/x",
    "http://ww1.HOST/?sub1=20240101",
    "http://ww25.HOST/2019/some-story.html?subid1=x",
    "https://www.domainmarket.com/buynow/x",
    "https://www.undeveloped.com/buy-domain/x",
    "https://www.brandbucket.com/names/x",
    "https://buydomains.com/lander/x",
    "/lander",
    "/cgi-sys/suspendedpage.cgi",
    "/cgi-sys/defaultwebpage.cgi",
    "http://HOST/?caf=1&bpt=345",
    "https://www.expireddomains.net/x",
    "https://domain-for-sale.example-seller.test/x",
)


def seller(url: str):
    """Return a site that redirects every URL to a seller of its domain."""
    shown = html(f"<title>HOST</title><p>Related searches</p>{TEXT}")
    return lambda exchange: (
        shown
        if exchange.seen.host.startswith("ww") or exchange.seen.path.startswith(("/lander", "/cgi-sys", "/?caf"))
        else to(url, 302)
    )


BEHAVIOURS = (
    *(B("is parked or for sale", DEAD, always(html(body)), variant=who) for who, body in _PARKED),
    *(
        B("is parked or for sale, and its home page was linked", DEAD, always(html(body)), ("/",), variant=who)
        for who, body in _PARKED[:6]
    ),
    *(
        B("has no site any more, and shows the same for every URL", DEAD, always(html(body)), variant=what)
        for what, body in _HOSTING
    ),
    *(
        B(
            "has no site any more, and shows that for its home page, which was linked",
            DEAD,
            at({"/": html(body)}),
            ("/",),
            variant=what,
        )
        for what, body in _HOSTING[:9]
    ),
    *(
        B("redirects every URL to a seller of its domain, or to a page of its host", DEAD, seller(url), variant=url)
        for url in _SELLERS
    ),
)
