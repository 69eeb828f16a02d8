package io.meltemi.agent.dns;

import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.util.List;

/// Writes answers to questions. Thread-safe: no state.
final class DnsAnswer {
    /// Istio's: short enough to follow the table, long enough to spare the agent.
    static final int TTL_SECONDS = 30;

    /// What a UDP client without EDNS takes (RFC 1035 §4.2.1).
    static final int UDP_LIMIT_BYTES = 512;

    private static final int RESPONSE_AUTHORITATIVE_RECURSIVE = 0x8480;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECORD_BYTES = 16;
    private static final int POINTER_TO_QUESTION = 0xc000 | DnsQuery.HEADER_BYTES;

    /// Response codes (RFC 1035 §4.1.1).
    enum Code {
        NOERROR(0),
        SERVFAIL(2),
        NXDOMAIN(3),
        REFUSED(5);

        private final int number;

        Code(int number) {
            this.number = number;
        }
    }

    private DnsAnswer() {}

    /// Appends an answer to `out`.
    ///
    /// @param message the question as it came, for its question section
    /// @param addresses A records; whatever exceeds the limit is left out and the answer marked
    ///   truncated, so that the client asks again over TCP
    static void write(
            ByteBuf out,
            ByteBuf message,
            DnsQuery query,
            Code code,
            List<Inet4Address> addresses,
            int limitBytes) {
        int room = (limitBytes - DnsQuery.HEADER_BYTES - query.questionBytes()) / RECORD_BYTES;
        int records = Math.min(addresses.size(), room);
        int flags =
                RESPONSE_AUTHORITATIVE_RECURSIVE
                        | (query.flags() & RECURSION_DESIRED)
                        | (records < addresses.size() ? TRUNCATED : 0)
                        | code.number;
        out.writeShort(query.id()).writeShort(flags);
        out.writeShort(1).writeShort(records).writeShort(0).writeShort(0);
        out.writeBytes(
                message, message.readerIndex() + DnsQuery.HEADER_BYTES, query.questionBytes());
        for (Inet4Address address : addresses.subList(0, records)) {
            out.writeShort(POINTER_TO_QUESTION);
            out.writeShort(DnsQuery.TYPE_A).writeShort(DnsQuery.CLASS_IN);
            out.writeInt(TTL_SECONDS).writeShort(4).writeBytes(address.getAddress());
        }
    }
}
