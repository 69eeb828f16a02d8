package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.BodyStage;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What filters hold back of a response, or change in its body. Confined to its event loop.
///
/// Made only for an exchange of which some filter wants that.
final class ResponseStream {
    private final HttpExchange exchange;
    private final BodyStages stages = new BodyStages();

    /// What a filter keeps back until the body is known.
    private @Nullable HeaderMap headers;

    private boolean holds;

    ResponseStream(HttpExchange exchange) {
        this.exchange = exchange;
    }

    void stage(BodyStage stage) {
        stages.add(stage);
    }

    void hold() {
        holds = true;
    }

    /// Whether the headers wait for the body.
    boolean holds(HeaderMap given) {
        if (holds) {
            headers = given;
        }
        return holds;
    }

    /// Releases the data, always.
    void data(ByteBuf data, boolean endStream) {
        ByteBuf staged = stages.data(data, endStream);
        HeaderMap made = stages.madeTrailers();
        send(staged, endStream && made == null);
        if (made != null) {
            sendWaiting();
            exchange.writeTrailers(made);
        }
    }

    private void send(ByteBuf data, boolean endStream) {
        HeaderMap waiting = headers;
        boolean onlyHeaders = endStream && !data.isReadable();
        if (waiting != null && (endStream || data.isReadable())) {
            headers = null;
            exchange.sendFiltered(waiting, onlyHeaders);
        }
        if (exchange.isOver() || !(data.isReadable() || endStream)) {
            data.release();
        } else {
            exchange.write(data, endStream);
        }
    }

    void beforeTrailers(HeaderMap trailers) {
        send(stages.trailers(trailers), trailers.size() == 0);
        sendWaiting();
    }

    private void sendWaiting() {
        HeaderMap waiting = headers;
        if (waiting != null) {
            headers = null;
            exchange.sendFiltered(waiting, false);
        }
    }

    void close() {
        stages.close();
    }
}
