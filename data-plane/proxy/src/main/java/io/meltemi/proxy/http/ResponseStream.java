package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.BodyStage;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What filters hold back of a response, or change in its body. Confined to its event loop.
///
/// Made only for an exchange of which some filter wants that.
final class ResponseStream implements ResponsePacer.Sink {
    private final HttpExchange exchange;
    private final BodyStages stages = new BodyStages();

    /// What a filter keeps back until the body is known.
    private @Nullable HeaderMap headers;

    private @Nullable ResponsePacer pacer;
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
            endWith(made);
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
            write(data, endStream);
        }
    }

    private void write(ByteBuf data, boolean endStream) {
        if (pacer == null) {
            exchange.write(data, endStream);
        } else {
            pacer.add(data, endStream);
        }
    }

    void limitRate(long bytesPerSecond) {
        pacer = new ResponsePacer(exchange.connection().loop(), this, bytesPerSecond);
    }

    /// Whether more of the body should come now.
    boolean takesMore() {
        return pacer == null || !pacer.isFull();
    }

    @Override
    public void paced(ByteBuf data, boolean endStream) {
        if (exchange.isOver()) {
            data.release();
        } else {
            exchange.timers().activity();
            exchange.write(data, endStream);
        }
    }

    @Override
    public void pacedTrailers(HeaderMap trailers) {
        exchange.writeTrailers(trailers);
    }

    @Override
    public void roomAgain() {
        exchange.onWritable();
    }

    void trailers(HeaderMap trailers) {
        send(stages.trailers(trailers), trailers.size() == 0);
        endWith(trailers);
    }

    private void endWith(HeaderMap trailers) {
        HeaderMap waiting = headers;
        if (waiting != null) {
            headers = null;
            exchange.sendFiltered(waiting, false);
        }
        if (pacer == null) {
            exchange.writeTrailers(trailers);
        } else {
            pacer.end(trailers);
        }
    }

    void close() {
        stages.close();
        if (pacer != null) {
            pacer.close();
        }
    }
}
