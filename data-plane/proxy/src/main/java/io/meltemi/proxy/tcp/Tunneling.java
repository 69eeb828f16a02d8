package io.meltemi.proxy.tcp;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How connections are carried by requests: `tunneling_config`. Immutable.
///
/// @param hostname what the tunnel leads to, `host:port`, of a connection
/// @param postPath the path of a POST; null: CONNECT
public record Tunneling(
        Function<ExchangeRecord, String> hostname,
        @Nullable String postPath,
        HeaderMutations headers) {
    /// The request that opens a tunnel.
    ///
    /// @param secure whether the upstream speaks TLS
    HeaderMap request(ExchangeRecord record, RequestFacts facts, boolean secure) {
        HeaderMap request = new HeaderMap();
        request.add(HeaderNames.METHOD, postPath == null ? "CONNECT" : "POST");
        request.add(HeaderNames.AUTHORITY, hostname.apply(record));
        if (postPath != null) {
            request.add(HeaderNames.PATH, postPath);
            request.add(HeaderNames.SCHEME, secure ? "https" : "http");
        }
        headers.apply(request, facts, null);
        return request;
    }
}
