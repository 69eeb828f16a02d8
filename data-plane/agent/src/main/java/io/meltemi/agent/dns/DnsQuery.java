package io.meltemi.agent.dns;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One question of one program: the part of a DNS message (RFC 1035 §4) that we answer. Immutable.
///
/// A codec of our own, because it is this small: whatever we do not answer is passed on as bytes.
///
/// @param flags the second word of the header
/// @param name without its final dot, as it was spelled
/// @param type e.g. 1 for A, 28 for AAAA
/// @param questionBytes length of the question section, so that it can be echoed as it came
public record DnsQuery(int id, int flags, String name, int type, int clazz, int questionBytes) {
    static final int HEADER_BYTES = 12;
    static final int TYPE_A = 1;
    static final int CLASS_IN = 1;

    private static final int NAME_LIMIT = 255;
    private static final int RESPONSE_BIT = 0x8000;
    private static final int OPCODE_BITS = 0x7800;

    /// Reads a message without moving its reader index.
    ///
    /// @return empty for anything but one plain question: such a message deserves no answer
    static Optional<DnsQuery> read(ByteBuf message) {
        int start = message.readerIndex();
        int end = message.writerIndex();
        if (end - start < HEADER_BYTES) {
            return Optional.empty();
        }
        int flags = message.getUnsignedShort(start + 2);
        boolean oneQuestion =
                (flags & (RESPONSE_BIT | OPCODE_BITS)) == 0
                        && message.getUnsignedShort(start + 4) == 1;
        if (!oneQuestion) {
            return Optional.empty();
        }
        StringBuilder name = new StringBuilder();
        int at = start + HEADER_BYTES;
        while (true) {
            // A question's name is never compressed: a length above 63 would be a pointer.
            int length = at < end ? message.getUnsignedByte(at) : NAME_LIMIT;
            at++;
            if (length == 0) {
                break;
            }
            if (length > 63 || at + length > end || name.length() + length >= NAME_LIMIT) {
                return Optional.empty();
            }
            name.append(name.isEmpty() ? "" : ".");
            name.append(message.toString(at, length, StandardCharsets.ISO_8859_1));
            at += length;
        }
        if (at + 4 > end) {
            return Optional.empty();
        }
        return Optional.of(
                new DnsQuery(
                        message.getUnsignedShort(start),
                        flags,
                        name.toString(),
                        message.getUnsignedShort(at),
                        message.getUnsignedShort(at + 2),
                        at + 4 - start - HEADER_BYTES));
    }
}
