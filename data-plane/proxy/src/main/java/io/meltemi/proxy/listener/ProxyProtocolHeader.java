package io.meltemi.proxy.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads HAProxy's PROXY header, version 1 or 2, without consuming it. Pure.
final class ProxyProtocolHeader {
    private static final byte[] V2_SIGNATURE = {
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
    };
    private static final byte[] V1_SIGNATURE = {'P', 'R', 'O', 'X', 'Y'};
    private static final int V2_FIXED = 16;
    private static final int V1_LONGEST = 108;

    private ProxyProtocolHeader() {}

    sealed interface Result {}

    record NeedMore() implements Result {}

    /// The bytes begin no header of either version.
    record None() implements Result {}

    /// @param version 0 when it cannot be told
    record Wrong(int version) implements Result {}

    /// @param length how many bytes the header has
    /// @param source null where the connection's own addresses count (LOCAL, UNKNOWN)
    record Found(
            int version,
            int length,
            @Nullable InetSocketAddress source,
            @Nullable InetSocketAddress destination)
            implements Result {}

    /// Looks at the readable bytes from their beginning.
    static Result parse(ByteBuf in) {
        boolean mayBeV2 = begins(in, V2_SIGNATURE);
        boolean mayBeV1 = begins(in, V1_SIGNATURE);
        if (!mayBeV1 && !mayBeV2) {
            return new None();
        }
        if (mayBeV2) {
            return in.readableBytes() < V2_FIXED ? new NeedMore() : v2(in);
        }
        return v1(in);
    }

    private static boolean begins(ByteBuf in, byte[] signature) {
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static Result v1(ByteBuf in) {
        int start = in.readerIndex();
        int length = lineLength(in, start);
        if (length == 0) {
            return in.readableBytes() > V1_LONGEST ? new Wrong(1) : new NeedMore();
        }
        if (length > V1_LONGEST) {
            return new Wrong(1);
        }
        String line = in.toString(start, length, StandardCharsets.US_ASCII).stripTrailing();
        String[] parts = line.split(" ", -1);
        if (parts.length < 2 || !parts[0].equals("PROXY")) {
            return new Wrong(1);
        }
        if (parts[1].equals("UNKNOWN")) {
            return new Found(1, length, null, null);
        }
        boolean six = parts[1].equals("TCP6");
        if (parts.length != 6 || !(six || parts[1].equals("TCP4"))) {
            return new Wrong(1);
        }
        InetSocketAddress source = address(parts[2], parts[4], six);
        InetSocketAddress destination = address(parts[3], parts[5], six);
        return source == null || destination == null
                ? new Wrong(1)
                : new Found(1, length, source, destination);
    }

    /// With its end; 0 while that is missing.
    private static int lineLength(ByteBuf in, int start) {
        int from = start;
        while (true) {
            int end = in.indexOf(from, in.writerIndex(), (byte) '\n');
            if (end < 0) {
                return 0;
            }
            if (end > start && in.getByte(end - 1) == '\r') {
                return end + 1 - start;
            }
            from = end + 1;
        }
    }

    private static @Nullable InetSocketAddress address(String ip, String port, boolean six) {
        if (!(six ? NetUtil.isValidIpV6Address(ip) : NetUtil.isValidIpV4Address(ip))
                || port.isEmpty()
                || port.length() > 5
                || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int number = Integer.parseInt(port);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(ip);
        return number > 65535 || bytes == null ? null : unicast(bytes, number);
    }

    private static Result v2(ByteBuf in) {
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + 12);
        if (command >> 4 != 2) {
            return new Wrong(2);
        }
        int family = in.getUnsignedByte(start + 13);
        int length = in.getUnsignedShort(start + 14);
        boolean local = (command & 0xf) == 0;
        int addresses = local ? 0 : addressLength(command & 0xf, family);
        if (addresses < 0 || length < addresses) {
            return new Wrong(2);
        }
        if (in.readableBytes() < V2_FIXED + length) {
            return new NeedMore();
        }
        if (local) {
            return new Found(2, V2_FIXED + length, null, null);
        }
        int at = start + V2_FIXED;
        int each = addresses == 12 ? 4 : 16;
        InetSocketAddress source =
                unicast(ByteBufUtil.getBytes(in, at, each), in.getUnsignedShort(at + 2 * each));
        InetSocketAddress destination =
                unicast(
                        ByteBufUtil.getBytes(in, at + each, each),
                        in.getUnsignedShort(at + 2 * each + 2));
        return source == null || destination == null || !tlvsFit(in, at + addresses, at + length)
                ? new Wrong(2)
                : new Found(2, V2_FIXED + length, source, destination);
    }

    /// How long both addresses with their ports are; -1 for a kind that is not IP.
    private static int addressLength(int command, int family) {
        int transport = family & 0xf;
        if (command != 1 || (transport != 1 && transport != 2)) {
            return -1;
        }
        return switch (family >> 4) {
            case 1 -> 12;
            case 2 -> 36;
            default -> -1;
        };
    }

    /// Their content is nobody's business, but their lengths must add up.
    private static boolean tlvsFit(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to) {
            if (at + 3 > to) {
                return false;
            }
            at += 3 + in.getUnsignedShort(at + 1);
        }
        return at == to;
    }

    private static @Nullable InetSocketAddress unicast(byte[] ip, int port) {
        try {
            InetAddress address =
                    ip.length == 4
                            ? Inet4Address.getByAddress(ip)
                            : Inet6Address.getByAddress(null, ip, -1);
            boolean broadcast = ip.length == 4 && (ip[0] & ip[1] & ip[2] & ip[3]) == -1;
            return address.isAnyLocalAddress() || address.isMulticastAddress() || broadcast
                    ? null
                    : new InetSocketAddress(address, port);
        } catch (UnknownHostException _) {
            return null;
        }
    }
}
