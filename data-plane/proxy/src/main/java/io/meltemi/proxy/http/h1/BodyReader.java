package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.MessageReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// Cuts the body of one message out of the bytes of its connection. Confined to its event loop.
/// `HOT`.
///
/// Data goes on as slices of what was read from the socket; nothing is copied. Trailers are
/// checked, and dropped unless `enable_trailers` says otherwise, as in Envoy.
final class BodyReader {
    private static final int MAX_SIZE_LINE = 4096;
    private static final int MAX_TRAILER_BYTES = 60 * 1024;

    enum Progress {
        /// Needs more bytes.
        MORE,
        DONE,
        BROKEN
    }

    private enum State {
        NONE,
        LENGTH,
        UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS
    }

    private State state = State.NONE;
    private long remaining;
    private int trailerBytes;
    private @Nullable MessageHead trailers;
    private final Http1Options options;

    BodyReader(Http1Options options) {
        this.options = options;
    }

    void startLength(long length) {
        state = length == 0 ? State.NONE : State.LENGTH;
        remaining = length;
    }

    void startChunked() {
        state = State.CHUNK_SIZE;
        remaining = 0;
        trailerBytes = 0;
        trailers = null;
    }

    void startUntilClose() {
        state = State.UNTIL_CLOSE;
    }

    void startNone() {
        state = State.NONE;
    }

    boolean isNone() {
        return state == State.NONE;
    }

    boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /// Takes what it can of the bytes. The receiver may end everything meanwhile; the caller
    /// checks.
    Progress read(ByteBuf in, MessageReceiver to) {
        while (true) {
            switch (state) {
                case NONE -> {
                    return Progress.DONE;
                }
                case LENGTH -> {
                    if (!in.isReadable()) {
                        return Progress.MORE;
                    }
                    int take = (int) Math.min(remaining, in.readableBytes());
                    remaining -= take;
                    if (remaining == 0) {
                        state = State.NONE;
                    }
                    to.onData(in.readRetainedSlice(take), remaining == 0);
                    return remaining == 0 ? Progress.DONE : Progress.MORE;
                }
                case UNTIL_CLOSE -> {
                    if (in.isReadable()) {
                        to.onData(in.readRetainedSlice(in.readableBytes()), false);
                    }
                    return Progress.MORE;
                }
                case CHUNK_SIZE -> {
                    Progress progress = readSize(in);
                    if (progress != Progress.DONE) {
                        return progress;
                    }
                    state = remaining == 0 ? State.TRAILERS : State.CHUNK_DATA;
                }
                case CHUNK_DATA -> {
                    if (!in.isReadable()) {
                        return Progress.MORE;
                    }
                    int take = (int) Math.min(remaining, in.readableBytes());
                    remaining -= take;
                    if (remaining == 0) {
                        state = State.CHUNK_END;
                    }
                    to.onData(in.readRetainedSlice(take), false);
                }
                case CHUNK_END -> {
                    if (in.readableBytes() < 2) {
                        return Progress.MORE;
                    }
                    if (in.readByte() != '\r' || in.readByte() != '\n') {
                        return Progress.BROKEN;
                    }
                    state = State.CHUNK_SIZE;
                }
                case TRAILERS -> {
                    Progress progress = readTrailers(in);
                    if (progress == Progress.DONE) {
                        state = State.NONE;
                        end(to);
                    }
                    return progress;
                }
            }
        }
    }

    /// RFC 9112 §7.1: hexadecimal digits, then perhaps an extension, which means nothing to us.
    private Progress readSize(ByteBuf in) {
        int newline = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        if (newline < 0) {
            return in.readableBytes() > MAX_SIZE_LINE ? Progress.BROKEN : Progress.MORE;
        }
        long size = 0;
        int digits = 0;
        int i = in.readerIndex();
        for (; i < newline; i++) {
            int digit = Character.digit(in.getByte(i), 16);
            if (digit < 0) {
                break;
            }
            if (size > (Long.MAX_VALUE >>> 8)) {
                return Progress.BROKEN;
            }
            size = size * 16 + digit;
            digits++;
        }
        if (digits == 0 || newline - in.readerIndex() > MAX_SIZE_LINE) {
            return Progress.BROKEN;
        }
        if (newline == i || in.getByte(newline - 1) != '\r') {
            return Progress.BROKEN;
        }
        byte next = in.getByte(i);
        if (next != '\r' && next != ';' && next != ' ' && next != '\t') {
            return Progress.BROKEN;
        }
        if (!isExtension(in, i, newline - 1)) {
            return Progress.BROKEN;
        }
        in.readerIndex(newline + 1);
        remaining = size;
        return Progress.DONE;
    }

    /// A carriage return alone would be the end of the line to other parsers.
    private static boolean isExtension(ByteBuf in, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in.getByte(i) == '\r') {
                return false;
            }
        }
        return true;
    }

    private void end(MessageReceiver to) {
        MessageHead read = trailers;
        trailers = null;
        if (read == null || read.headers.size() == 0) {
            to.onData(Unpooled.EMPTY_BUFFER, true);
        } else {
            to.onTrailers(read.headers);
        }
    }

    /// Line by line: a trailer that is folded over two is refused.
    private Progress readTrailers(ByteBuf in) {
        while (true) {
            int newline = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
            if (newline < 0) {
                return in.readableBytes() + trailerBytes > MAX_TRAILER_BYTES
                        ? Progress.BROKEN
                        : Progress.MORE;
            }
            int length = newline - in.readerIndex();
            boolean blank = length == 0 || (length == 1 && in.getByte(in.readerIndex()) == '\r');
            trailerBytes += length;
            if (trailerBytes > MAX_TRAILER_BYTES) {
                return Progress.BROKEN;
            }
            if (!blank && !isField(in, in.readerIndex(), newline)) {
                return Progress.BROKEN;
            }
            if (!blank && options.trailers() && !keep(in, length + 1)) {
                return Progress.BROKEN;
            }
            in.readerIndex(newline + 1);
            if (blank) {
                return Progress.DONE;
            }
        }
    }

    private boolean keep(ByteBuf in, int length) {
        MessageHead kept = trailers;
        if (kept == null) {
            kept = new MessageHead();
            trailers = kept;
        }
        byte[] line = new byte[length];
        in.getBytes(in.readerIndex(), line);
        return kept.readTrailers(line, length, options) == null;
    }

    private static boolean isValue(ByteBuf in, int from, int to) {
        int end = to > from && in.getByte(to - 1) == '\r' ? to - 1 : to;
        for (int i = from; i < end; i++) {
            byte b = in.getByte(i);
            if ((b >= 0 && b < 0x20 && b != '\t') || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static boolean isField(ByteBuf in, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = in.getByte(i);
            if (b == ':') {
                return i > from && isValue(in, i + 1, to);
            }
            if (!io.meltemi.proxy.http.HeaderNames.isToken(b)) {
                return false;
            }
        }
        return false;
    }
}
