package io.meltemi.proxy.filter.compression;

import io.netty.buffer.ByteBuf;

/// Compresses or decompresses one body, piece by piece. Confined to its event loop; owns native
/// memory until closed.
public interface StreamCoder {
    /// Takes the next piece over and gives back what it became, which may be empty.
    ///
    /// @param last whether the body ends with this piece, which may be empty
    ByteBuf code(ByteBuf data, boolean last);

    /// Gives back what is held. May be called twice.
    void close();
}
