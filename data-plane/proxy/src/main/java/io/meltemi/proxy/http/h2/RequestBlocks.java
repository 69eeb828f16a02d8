package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ServerExchanges;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// Header blocks a server gets: requests and their trailers. Confined to its event loop.
final class RequestBlocks implements HeaderBlocks {
    private final Http2Session session;
    private final ServerExchanges exchanges;

    RequestBlocks(Http2Session session, ServerExchanges exchanges) {
        this.session = session;
        this.exchanges = exchanges;
    }

    @Override
    public void onBlock(
            Http2Stream stream,
            @Nullable Http2Exchange exchange,
            IncomingHeaders block,
            boolean endStream) {
        if (exchange == null) {
            onRequest(stream, block, endStream);
        } else if (block.isOverflow()
                || block.problem() != null
                || block.pseudoSeen() != 0
                || !endStream) {
            exchange.breakOff();
        } else {
            exchange.onTrailers(block.map());
        }
    }

    private void onRequest(Http2Stream stream, IncomingHeaders block, boolean endStream) {
        if (block.isOverflow()) {
            tooLarge(stream);
            return;
        }
        if (!isWellFormed(block)) {
            exchanges.refused(
                    new Http2Exchange(session),
                    block.problem() == null
                            ? "http2.violation.of.messaging.rule"
                            : "http2.invalid.header.field");
            session.ended();
            session.refuse(stream);
            return;
        }
        HeaderMap headers = block.map();
        if (block.isHostSeen()) {
            hostBecomesAuthority(headers);
        }
        Http2Exchange exchange = new Http2Exchange(session);
        exchange.stream(stream);
        session.attach(stream, exchange);
        String protocol = headers.get(":protocol");
        if (protocol != null) {
            ExtendedConnect.toUpgrade(headers, protocol);
            exchange.extendedConnect(protocol);
        }
        exchange.receiver(exchanges.begin(exchange));
        // Who takes the exchange may have refused it at once.
        if (!exchange.isOver()) {
            exchange.onHeaders(headers, block.contentLength(), endStream);
        }
    }

    private static boolean isWellFormed(IncomingHeaders block) {
        HeaderMap headers = block.map();
        String method = headers.get(":method");
        String path = headers.get(":path");
        return block.problem() == null
                && method != null
                && !method.isEmpty()
                && Pseudo.isRequest(block.pseudoSeen(), method.equals("CONNECT"))
                && (path == null || path.startsWith("/") || isAsterisk(method, path));
    }

    private static boolean isAsterisk(String method, String path) {
        return path.equals("*") && method.equals("OPTIONS");
    }

    /// One name for one thing: behind the codec only `:authority` is left.
    private static void hostBecomesAuthority(HeaderMap headers) {
        String host = headers.get("host");
        headers.remove("host");
        if (host != null && !headers.contains(":authority")) {
            headers.add(":authority", host);
        }
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // the reset follows whatever becomes of the answer
    private void tooLarge(Http2Stream stream) {
        HeaderMap answer = new HeaderMap();
        answer.add(":status", "431");
        session.writeHeaders(stream, answer, true);
        session.reset(stream, Http2Error.NO_ERROR);
    }
}
