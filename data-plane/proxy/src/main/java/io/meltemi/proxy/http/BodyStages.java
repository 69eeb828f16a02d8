package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.BodyStage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/// What filters do to one direction of an exchange, in the order of that direction. Confined to its
/// event loop.
///
/// Made only for an exchange that some filter changes the body of.
final class BodyStages {
    private final List<BodyStage> stages = new ArrayList<>(2);

    void add(BodyStage stage) {
        stages.add(stage);
    }

    /// Takes the data over; the caller gets what is left of it.
    ByteBuf data(ByteBuf data, boolean endStream) {
        return from(0, data, endStream);
    }

    private ByteBuf from(int first, ByteBuf data, boolean endStream) {
        ByteBuf rest = data;
        for (int i = first; i < stages.size() && (endStream || rest.isReadable()); i++) {
            rest = stages.get(i).onData(rest, endStream);
        }
        return rest;
    }

    /// What goes before the trailers; each stage's share passes those that follow it.
    ByteBuf trailers(HeaderMap trailers) {
        ByteBuf before = Unpooled.EMPTY_BUFFER;
        for (int i = 0; i < stages.size(); i++) {
            ByteBuf own = stages.get(i).onTrailers(trailers);
            if (own.isReadable()) {
                before = Unpooled.wrappedBuffer(before, from(i + 1, own, false));
            }
        }
        return before;
    }

    void close() {
        for (int i = 0; i < stages.size(); i++) {
            stages.get(i).close();
        }
    }
}
