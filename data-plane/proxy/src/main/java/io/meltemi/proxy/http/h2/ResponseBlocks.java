package io.meltemi.proxy.http.h2;

import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Header blocks a client gets: informational ones, the response, its trailers. Confined to its
/// event loop.
final class ResponseBlocks implements HeaderBlocks {
    @Override
    public void onBlock(
            Http2Stream stream,
            @Nullable Http2Exchange exchange,
            IncomingHeaders block,
            boolean endStream) {
        if (exchange == null) {
            return;
        }
        if (block.isOverflow() || block.problem() != null) {
            exchange.breakOff();
        } else if (exchange.hasInboundHeaders()) {
            onTrailers(exchange, block, endStream);
        } else if (Pseudo.isResponse(block.pseudoSeen()) && isStatus(block)) {
            onResponse(exchange, block, endStream);
        } else {
            exchange.breakOff();
        }
    }

    private static void onTrailers(Http2Exchange exchange, IncomingHeaders block, boolean end) {
        if (block.pseudoSeen() != 0 || !end) {
            exchange.breakOff();
        } else {
            exchange.onTrailers(block.map());
        }
    }

    private static void onResponse(Http2Exchange exchange, IncomingHeaders block, boolean end) {
        String status = Objects.requireNonNull(block.map().get(":status"));
        if (status.charAt(0) != '1') {
            // 204 and 304 have no content, whatever content-length a 304 tells of.
            boolean noContent = status.equals("304") || status.equals("204");
            exchange.onHeaders(block.map(), noContent ? -1 : block.contentLength(), end);
        } else if (end || status.equals("101")) {
            // HTTP/2 switches no protocols, and an informational response is never the last.
            exchange.breakOff();
        } else {
            exchange.onInformational(block.map());
        }
    }

    private static boolean isStatus(IncomingHeaders block) {
        String status = block.map().get(":status");
        return status != null
                && status.length() == 3
                && status.charAt(0) >= '1'
                && status.charAt(0) <= '9'
                && FieldRules.contentLength(status) > 0;
    }
}
