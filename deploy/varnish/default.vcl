# Varnish before Rostrum: open media of a venue is fetched once, however many watch; what is read with a pass of one's own is
# asked of Rostrum every time, for only Rostrum knows whether the pass is still good. docs/deploy.md says when to use it.
#
#   varnishd -a :80 -f /etc/varnish/default.vcl -s malloc,2G -p default_grace=0 -p timeout_idle=30
#
# ROSTRUM_TRUSTED_PROXIES must name this machine, or all viewers look like one.
vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
    .max_connections = 2000;
    # A held playlist is answered within three target durations, a held batch within 15 s.
    .first_byte_timeout = 35s;
    .between_bytes_timeout = 15s;
}

sub vcl_recv {
    # The socket (/api/v1/socket) is a connection of its own.
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    if (req.url !~ "^/media/") {
        return (pass);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # Only the pass `public` is shared by all. Whatever is asked with another pass is Rostrum's to allow, or to refuse with 403.
    if (req.url !~ "^/media/public/") {
        return (pass);
    }
    # The same bytes for everyone: neither cookies nor other headers tell requests apart.
    unset req.http.Cookie;
    unset req.http.Authorization;
    # Of the query only HLS's own directives count, so that nobody passes the cache by with a made-up one.
    if (req.url ~ "\?" && req.url !~ "\?(_HLS_(msn|part|skip)=[A-Za-z0-9]+)(&_HLS_(msn|part|skip)=[A-Za-z0-9]+)*$") {
        set req.url = regsub(req.url, "\?.*$", "");
    }
    return (hash);
}

sub vcl_hash {
    # Media is the same under every name of this server.
    hash_data(req.url);
    return (lookup);
}

sub vcl_pipe {
    if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = req.http.Connection;
    }
}

sub vcl_backend_response {
    if (bereq.url !~ "^/media/public/") {
        return (deliver);
    }
    # Never stale: a talk that is closed must be closed here within 10 s (Rostrum says s-maxage=8). What was kept is asked for again
    # with its ETag, and answered 304 without its bytes.
    set beresp.grace = 0s;
    set beresp.keep = 10m;
    # Refusals and errors: the next one asks again, but those who wait together get one answer.
    if (beresp.status >= 400) {
        set beresp.ttl = 1s;
        set beresp.keep = 0s;
    }
    # A year for a viewer's own browser is not ours.
    if (beresp.ttl > 10s) {
        set beresp.ttl = 10s;
    }
    return (deliver);
}

sub vcl_deliver {
    # How long it lay here is counted by nobody: browsers must not shorten a held answer's second by it.
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}
