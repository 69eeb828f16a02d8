package io.meltemi.proxy.filter.dynamicforward;

import io.meltemi.proxy.dns.CachedHost;
import io.meltemi.proxy.dns.DnsCache;
import io.meltemi.proxy.dns.HostName;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Waits until the host of a request has an address. Immutable.
///
/// Envoy: only requests to a cluster of the type `dynamic_forward_proxy` are looked at. What a
/// route says of the host counts here; the router's own rewriting comes too late.
final class DynamicForwardFilter implements HttpFilter {
    private static final LocalReply CACHE_FULL =
            reply("DNS cache overflow", null, "dns_cache_overflow");
    private static final LocalReply TOO_MANY_WAIT =
            reply(
                    "Dynamic forward proxy pending request overflow",
                    null,
                    "dynamic_forward_proxy_pending_request_overflow");
    private static final LocalReply NOT_FOUND =
            reply(
                    "DNS resolution failure",
                    ResponseFlag.DNS_RESOLUTION_FAILED,
                    "dns_resolution_failure{no_address}");

    private final String name;
    private final DnsCache cache;

    DynamicForwardFilter(String name, DnsCache cache) {
        this.name = name;
        this.cache = cache;
    }

    private static LocalReply reply(String body, @Nullable ResponseFlag flag, String details) {
        return new LocalReply(503, body, flag, details, Map.of());
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        int defaultPort = stream.forwardPort();
        if (defaultPort == 0) {
            return Verdict.CONTINUE;
        }
        rewrite(stream);
        if (!cache.begin()) {
            stream.reply(TOO_MANY_WAIT);
            return Verdict.ANSWERED;
        }
        String authority = stream.requestHeaders().get(HeaderNames.AUTHORITY);
        HostName host = HostName.of(authority == null ? "" : authority, defaultPort);
        CachedHost known = cache.find(host);
        if (known != null) {
            cache.end();
            if (known.address() == null) {
                stream.reply(NOT_FOUND);
                return Verdict.ANSWERED;
            }
            return Verdict.CONTINUE;
        }
        DnsCache.Waiter waiter =
                cache.await(host, stream.eventLoop(), found -> resolved(stream, found));
        if (waiter == null) {
            cache.end();
            stream.reply(CACHE_FULL);
            return Verdict.ANSWERED;
        }
        stream.setState(this, waiter);
        return Verdict.PAUSE;
    }

    private void rewrite(FilterStream stream) {
        if (!(stream.routeConfig(name) instanceof HostChange(String literal, String header))) {
            return;
        }
        HeaderMap request = stream.requestHeaders();
        if (!literal.isEmpty()) {
            request.set(HeaderNames.AUTHORITY, literal);
        }
        String named = header.isEmpty() ? null : request.get(header);
        if (named != null) {
            request.set(HeaderNames.AUTHORITY, named);
        }
    }

    private void resolved(FilterStream stream, CachedHost host) {
        release(stream);
        if (host.address() == null) {
            stream.reply(NOT_FOUND);
        } else {
            stream.resume();
        }
    }

    /// Whoever waits, waits once: its place among those who do is given back once.
    private void release(FilterStream stream) {
        if (stream.state(this) instanceof DnsCache.Waiter waiter) {
            waiter.cancel();
            stream.setState(this, Done.DONE);
            cache.end();
        }
    }

    private enum Done {
        DONE
    }

    @Override
    public void onEnd(FilterStream stream) {
        release(stream);
    }
}
