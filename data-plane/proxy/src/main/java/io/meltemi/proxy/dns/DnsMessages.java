package io.meltemi.proxy.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes questions and reads answers (RFC 1035 §4). Pure.
final class DnsMessages {
    static final int A = 1;
    static final int AAAA = 28;
    static final int NO_ERROR = 0;
    static final int NO_SUCH_NAME = 3;

    private static final int INTERNET = 1;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RESPONSE = 0x8000;
    private static final int TRUNCATED = 0x0200;
    private static final int POINTER = 0xc0;
    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 253;
    private static final int HEADER = 12;

    private DnsMessages() {}

    /// What a server said. Immutable.
    ///
    /// @param code RCODE
    /// @param truncated whether TCP has the whole of it
    /// @param ttlSeconds the least of all addresses; 0 without any
    record Response(int code, boolean truncated, List<InetAddress> addresses, long ttlSeconds) {
        Response {
            addresses = List.copyOf(addresses);
        }
    }

    /// @throws IOException when it is no name that can be asked for
    static byte[] question(int id, String name, int type) throws IOException {
        String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (host.isEmpty() || host.length() > MAX_NAME) {
            throw new IOException("'" + name + "' is no name");
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER + host.length() + 2 + 4);
        out.putShort((short) id).putShort((short) RECURSION_DESIRED).putShort((short) 1);
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        for (String label : host.split("\\.", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length == 0 || bytes.length > MAX_LABEL) {
                throw new IOException("'" + name + "' is no name");
            }
            out.put((byte) bytes.length).put(bytes);
        }
        out.put((byte) 0).putShort((short) type).putShort((short) INTERNET);
        return out.array();
    }

    /// Whether a message is one that answers the question, whatever it says.
    static boolean answers(ByteBuffer message, byte[] question) {
        if (message.remaining() < question.length) {
            return false;
        }
        int at = message.position();
        for (int i = 0; i < question.length; i++) {
            boolean isTheirs = i >= 2 && i < HEADER;
            byte asked = question[i];
            byte answered = message.get(at + i);
            // Names are the same in any case; numbers are not.
            boolean same = i < HEADER ? asked == answered : lower(asked) == lower(answered);
            if (!isTheirs && !same) {
                return false;
            }
        }
        return (message.getShort(at + 2) & RESPONSE) != 0 && message.getShort(at + 4) == 1;
    }

    private static int lower(byte value) {
        return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
    }

    /// Reads what [#answers] took. Aliases are followed by the server: each address counts.
    ///
    /// @throws IOException when it breaks off or its lengths do not fit
    static Response read(ByteBuffer message, byte[] question, int type) throws IOException {
        try {
            int flags = message.getShort(message.position() + 2) & 0xffff;
            int answers = message.getShort(message.position() + 6) & 0xffff;
            message.position(message.position() + question.length);
            List<InetAddress> addresses = new ArrayList<>();
            long ttl = Long.MAX_VALUE;
            boolean truncated = (flags & TRUNCATED) != 0;
            for (int i = 0; i < answers && !truncated; i++) {
                skipName(message);
                int kind = message.getShort() & 0xffff;
                int family = message.getShort() & 0xffff;
                long seconds = message.getInt() & 0xffffffffL;
                byte[] data = new byte[message.getShort() & 0xffff];
                message.get(data);
                if (kind == type && family == INTERNET && data.length == (type == A ? 4 : 16)) {
                    addresses.add(InetAddress.getByAddress(data));
                    // RFC 2181 §8: the highest bit makes it zero.
                    ttl = Math.min(ttl, seconds > Integer.MAX_VALUE ? 0 : seconds);
                }
            }
            return new Response(flags & 0xf, truncated, addresses, addresses.isEmpty() ? 0 : ttl);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("an answer that breaks off", e);
        }
    }

    private static void skipName(ByteBuffer message) throws IOException {
        while (true) {
            int length = message.get() & 0xff;
            if ((length & POINTER) == POINTER) {
                message.get();
                return;
            }
            if (length == 0) {
                return;
            }
            if (length > MAX_LABEL) {
                throw new IOException("an answer with a label of " + length + " bytes");
            }
            message.position(message.position() + length);
        }
    }
}
