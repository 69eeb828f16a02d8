package io.meltemi.proxy.filter;

import io.meltemi.proxy.http.HeaderMap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// What a filter does to one direction of one exchange's body, piece by piece. Confined to its
/// event loop.
///
/// A message without a body never meets it.
public interface BodyStage {
    /// Takes the next piece over and gives back what goes on in its place, which may be the same,
    /// and may be empty.
    ///
    /// @param endStream whether the message ends here; the piece may then be empty
    ByteBuf onData(ByteBuf data, boolean endStream);

    /// The message ends with trailers, which may be changed; trailers that are emptied are not
    /// sent.
    ///
    /// @return what of the body goes before them
    default ByteBuf onTrailers(HeaderMap trailers) {
        return Unpooled.EMPTY_BUFFER;
    }

    /// What a message without trailers ends with, asked for after its last piece; null: nothing.
    default @Nullable HeaderMap trailersAtEnd() {
        return null;
    }

    /// The exchange is over, however it ended: release what is held.
    default void close() {}
}
