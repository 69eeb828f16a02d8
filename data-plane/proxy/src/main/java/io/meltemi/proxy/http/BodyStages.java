package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.BodyStage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What filters do to one direction of an exchange, in the order of that direction. Confined to its
/// event loop.
///
/// Made only for an exchange that some filter changes the body of.
final class BodyStages {
    private final List<BodyStage> stages = new ArrayList<>(2);
    private @Nullable HeaderMap made;

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
            HeaderMap trailers = endStream ? stages.get(i).trailersAtEnd() : null;
            if (trailers != null) {
                made = trailers;
                return Unpooled.wrappedBuffer(
                        from(i + 1, rest, false), trailersFrom(i + 1, trailers));
            }
        }
        return rest;
    }

    /// What a stage let the message end with, after its last piece, though none came; or null.
    @Nullable HeaderMap madeTrailers() {
        return made;
    }

    /// What goes before the trailers; each stage's share passes those that follow it.
    ByteBuf trailers(HeaderMap trailers) {
        return trailersFrom(0, trailers);
    }

    private ByteBuf trailersFrom(int first, HeaderMap trailers) {
        ByteBuf before = Unpooled.EMPTY_BUFFER;
        for (int i = first; i < stages.size(); i++) {
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
