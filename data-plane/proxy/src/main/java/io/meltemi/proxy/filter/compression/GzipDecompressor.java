package io.meltemi.proxy.filter.compression;

import io.meltemi.proxy.filter.FilterStats;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Reads gzip (RFC 1952). Confined to its event loop; owns native memory until closed.
///
/// Envoy: one member is read, what follows it is dropped; what grows beyond the ratio in one piece
/// is an attack and an error.
final class GzipDecompressor implements StreamCoder {
    private static final int MOST_HEADER_BYTES = 64 * 1024;
    private static final int TRAILER_BYTES = 8;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final int chunkBytes;
    private final int maxRatio;
    private final FilterStats.Count dataErrors;

    /// What has come of a header or of a trailer that is not whole yet.
    private final ByteBuf rest = Unpooled.buffer(16);

    private Part part = Part.HEADER;
    private boolean closed;

    private enum Part {
        HEADER,
        BODY,
        TRAILER,
        OVER
    }

    /// @param maxRatio how many times as long as a piece what it becomes may be
    GzipDecompressor(int chunkBytes, int maxRatio, FilterStats.Count dataErrors) {
        this.chunkBytes = chunkBytes;
        this.maxRatio = maxRatio;
        this.dataErrors = dataErrors;
    }

    @Override
    public ByteBuf code(ByteBuf data, boolean last) {
        int size = data.readableBytes();
        ByteBuf out = Unpooled.EMPTY_BUFFER;
        if (part == Part.HEADER) {
            header(data);
        }
        if (part == Part.BODY && data.isReadable()) {
            out = inflate(data, (long) maxRatio * size);
        }
        if (part == Part.TRAILER) {
            trailer(data);
        }
        data.release();
        if (last) {
            close();
        }
        return out;
    }

    private void header(ByteBuf data) {
        rest.writeBytes(data);
        int length = GzipHeader.length(rest);
        if (length == GzipHeader.WRONG || rest.readableBytes() > MOST_HEADER_BYTES) {
            fail();
        } else if (length >= 0) {
            // The body begins in this piece: its header's end has only now come.
            int body = rest.readableBytes() - length;
            data.readerIndex(data.writerIndex() - body);
            rest.clear();
            part = Part.BODY;
        }
    }

    private ByteBuf inflate(ByteBuf data, long mostBytes) {
        byte[] compressed = new byte[data.readableBytes()];
        data.getBytes(data.readerIndex(), compressed);
        inflater.setInput(compressed);
        ByteBuf out = Unpooled.buffer(Math.max(256, compressed.length * 2));
        byte[] chunk = new byte[chunkBytes];
        try {
            int count = inflater.inflate(chunk);
            while (count > 0) {
                out.writeBytes(chunk, 0, count);
                checksum.update(chunk, 0, count);
                if (out.readableBytes() > mostBytes) {
                    fail();
                    return out;
                }
                count = inflater.inflate(chunk);
            }
            if (inflater.finished()) {
                part = Part.TRAILER;
            } else if (inflater.needsDictionary()) {
                fail();
            }
            data.skipBytes(compressed.length - inflater.getRemaining());
        } catch (DataFormatException _) {
            fail();
        }
        return out;
    }

    private void trailer(ByteBuf data) {
        rest.writeBytes(data, Math.min(data.readableBytes(), TRAILER_BYTES - rest.readableBytes()));
        if (rest.readableBytes() < TRAILER_BYTES) {
            return;
        }
        boolean whole =
                rest.getIntLE(rest.readerIndex()) == (int) checksum.getValue()
                        && rest.getIntLE(rest.readerIndex() + 4)
                                == (int) inflater.getBytesWritten();
        if (whole) {
            part = Part.OVER;
        } else {
            fail();
        }
    }

    private void fail() {
        dataErrors.increment();
        part = Part.OVER;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            part = Part.OVER;
            inflater.end();
            rest.release();
        }
    }
}
