package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.BodyStage;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What filters hold back of a request's body, or change in it. Confined to its event loop.
///
/// Made only when something is held or changed.
final class BufferedRequest {
    private final HttpExchange exchange;
    private @Nullable RequestBody body;
    private @Nullable HeaderMap trailers;
    private @Nullable BodyStages stages;
    private long limit = RequestBody.MAX_BYTES;

    BufferedRequest(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /// What was held, for whoever sends it on; nothing is left.
    RequestBody handOver() {
        RequestBody held = body;
        body = null;
        return held == null ? new RequestBody() : held;
    }

    /// A request that was sent before is held again.
    void takeBack(RequestBody kept, @Nullable HeaderMap keptTrailers) {
        body = kept;
        trailers = keptTrailers;
    }

    @Nullable HeaderMap trailers() {
        return trailers;
    }

    void trailers(HeaderMap held) {
        trailers = held;
    }

    long bytes() {
        return body == null ? 0 : body.bytes();
    }

    byte[] copy(int most) {
        return body == null ? new byte[0] : body.copy(most);
    }

    /// Beyond, the request is answered with 413.
    void limit(long bytes) {
        limit = bytes;
    }

    /// @return false when it is too much
    boolean hold(ByteBuf data, boolean all) {
        if (body == null) {
            body = new RequestBody();
        }
        body.add(data);
        return body.bytes() <= limit || !(all || body.isFull());
    }

    void stage(BodyStage stage) {
        if (stages == null) {
            stages = new BodyStages();
        }
        stages.add(stage);
        HeaderMap held = trailers;
        if (body != null) {
            boolean ends = exchange.isRequestEnded() && held == null;
            body.pass(stage, ends);
            trailers = ends ? stage.trailersAtEnd() : held;
        }
        if (held != null) {
            exchange.hold(stage.onTrailers(held));
        }
    }

    ByteBuf staged(ByteBuf data, boolean endStream) {
        return stages == null ? data : stages.data(data, endStream);
    }

    /// What a stage let the request end with, though no trailers came; or null.
    @Nullable HeaderMap madeTrailers() {
        return stages == null ? null : stages.madeTrailers();
    }

    /// The stages' share before the trailers; null without stages.
    @Nullable ByteBuf beforeTrailers(HeaderMap given) {
        return stages == null ? null : stages.trailers(given);
    }

    void release() {
        if (body != null) {
            body.release();
        }
        if (stages != null) {
            stages.close();
        }
    }
}
