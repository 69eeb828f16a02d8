package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// Cuts the bytes of one connection, either side, into heads and bodies. Confined to its event
/// loop. `HOT`.
///
/// Whoever owns it may end everything from within a call; then nothing more is read.
final class MessageParser {
    private final WorkerLoop loop;
    private final Http1Options options;
    private final Messages messages;
    private final Cumulation input = new Cumulation();
    private final BodyReader body;
    private boolean readingBody;
    private boolean parsing;
    private boolean stopped;

    /// What the messages are for: requests to a server, responses to a client. Confined to its
    /// event loop.
    interface Messages {
        /// What the bytes that come now belong to; null when nothing is under way.
        @Nullable Object message();

        /// Whether a head may be read now.
        boolean takesHead();

        @Nullable Http1Error readHead(MessageHead head, byte[] copy, int length);

        /// The first bytes of a head that is not complete; an error ends the waiting for more.
        @Nullable Http1Error checkPartialHead(byte[] copy, int length);

        /// A head is complete: begins its body with [#body].
        void onHead(MessageHead head);

        void onMalformedHead(Http1Error error);

        /// Who takes the body of the current message.
        MessageReceiver bodyReceiver();

        void onBodyDone();

        void onBodyBroken();
    }

    MessageParser(WorkerLoop loop, Http1Options options, Messages messages) {
        this.loop = loop;
        this.options = options;
        this.messages = messages;
        this.body = new BodyReader(options);
    }

    /// Takes over the bytes.
    void feed(ByteBuf bytes, ByteBufAllocator allocator) {
        if (stopped) {
            bytes.release();
            return;
        }
        input.add(bytes, allocator);
        parse();
    }

    /// Goes on with the bytes that are there.
    void parse() {
        if (parsing) {
            return;
        }
        parsing = true;
        try {
            while (!stopped && !input.isEmpty() && (readingBody ? readBody() : readHead())) {}
        } finally {
            parsing = false;
        }
        if (stopped || input.isEmpty()) {
            input.release();
        }
    }

    private boolean readHead() {
        if (!messages.takesHead()) {
            return false;
        }
        ByteBuf in = input.bytes();
        int available = Math.min(in.readableBytes(), options.headerBytes() + 1);
        byte[] copy = loop.scratch(available);
        in.getBytes(in.readerIndex(), copy, 0, available);
        int length = input.headLength(copy, available);
        if (length < 0) {
            Http1Error error =
                    available > options.headerBytes()
                            ? Http1Error.HEADERS_TOO_LARGE
                            : messages.checkPartialHead(copy, available);
            if (error != null) {
                messages.onMalformedHead(error);
            }
            return false;
        }
        in.skipBytes(length);
        MessageHead message = new MessageHead();
        Http1Error error = messages.readHead(message, copy, length);
        if (error != null) {
            messages.onMalformedHead(error);
            return false;
        }
        messages.onHead(message);
        return true;
    }

    private boolean readBody() {
        Object before = messages.message();
        BodyReader.Progress progress = body.read(input.bytes(), messages.bodyReceiver());
        if (stopped || before == null || !before.equals(messages.message())) {
            return false;
        }
        return switch (progress) {
            case MORE -> false;
            case DONE -> {
                readingBody = false;
                messages.onBodyDone();
                yield true;
            }
            case BROKEN -> {
                messages.onBodyBroken();
                yield false;
            }
        };
    }

    /// To say how the body of the head just read is framed, before [#beginBody].
    BodyReader body() {
        return body;
    }

    /// Reads a body next, or with false the next head.
    void beginBody(boolean hasBody) {
        readingBody = hasBody;
    }

    boolean isReadingBody() {
        return readingBody;
    }

    boolean hasInput() {
        return !input.isEmpty();
    }

    void skipEmptyLines() {
        input.skipEmptyLines();
    }

    boolean isStopped() {
        return stopped;
    }

    /// Reads nothing more, ever.
    void stop() {
        stopped = true;
        if (!parsing) {
            input.release();
        }
    }
}
