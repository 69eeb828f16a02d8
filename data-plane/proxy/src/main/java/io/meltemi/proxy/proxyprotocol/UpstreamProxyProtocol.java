package io.meltemi.proxy.proxyprotocol;

import io.meltemi.proxy.observe.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The PROXY header that connections to an endpoint begin with, before TLS. Immutable.
///
/// HAProxy's PROXY protocol, version 1 (§2.1) and 2 (§2.2).
///
/// @param tlvs what version 2 says besides
public record UpstreamProxyProtocol(Version version, List<ProxyTlv> tlvs) {
    /// What TLVs may have in all, so that the header's length fits with the longest addresses.
    public static final int MAX_TLV_BYTES = 65535 - 36;

    private static final byte[] SIGNATURE = {
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
    };
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    /// How the header is written.
    public enum Version {
        V1,
        V2
    }

    public UpstreamProxyProtocol {
        tlvs = List.copyOf(tlvs);
    }

    /// The same for an endpoint with TLVs of its own. Envoy: they come first, and what they say is
    /// not said again.
    public UpstreamProxyProtocol with(List<ProxyTlv> own) {
        if (own.isEmpty()) {
            return this;
        }
        Set<Integer> said = new HashSet<>();
        List<ProxyTlv> all = new ArrayList<>(own);
        own.forEach(each -> said.add(each.type()));
        tlvs.stream().filter(each -> !said.contains(each.type())).forEach(all::add);
        return new UpstreamProxyProtocol(version, all);
    }

    /// How many bytes these have in a header.
    public static int length(List<ProxyTlv> tlvs) {
        int length = 0;
        for (ProxyTlv each : tlvs) {
            length += 3 + each.value().size();
        }
        return length;
    }

    /// The header of a connection; whoever gets it releases it.
    ///
    /// @param ends null where the proxy connects for itself, as health checks do
    /// @param local our side of the connection to the endpoint
    /// @param remote the endpoint's
    public ByteBuf header(
            ByteBufAllocator allocator,
            @Nullable ProxiedEnds ends,
            @Nullable SocketAddress local,
            @Nullable SocketAddress remote) {
        if (version == Version.V2) {
            return v2(allocator, ends);
        }
        if (ends != null) {
            return v1(allocator, ends.source(), ends.destination());
        }
        // Envoy: version 1 tells of the connection itself then.
        return local instanceof InetSocketAddress from && remote instanceof InetSocketAddress to
                ? v1(allocator, AddressText.of(from), AddressText.of(to))
                : line(allocator, "PROXY UNKNOWN\r\n");
    }

    private static ByteBuf v1(ByteBufAllocator allocator, AddressText from, AddressText to) {
        byte[] source = bytes(from);
        byte[] destination = bytes(to);
        if (source.length == 0 || source.length != destination.length) {
            return line(allocator, "PROXY UNKNOWN\r\n");
        }
        return line(
                allocator,
                (source.length == 4 ? "PROXY TCP4 " : "PROXY TCP6 ")
                        + from.ip()
                        + ' '
                        + to.ip()
                        + ' '
                        + from.port()
                        + ' '
                        + to.port()
                        + "\r\n");
    }

    private static ByteBuf line(ByteBufAllocator allocator, String line) {
        return ByteBufUtil.writeAscii(allocator, line);
    }

    private ByteBuf v2(ByteBufAllocator allocator, @Nullable ProxiedEnds ends) {
        byte[] source = ends == null ? new byte[0] : bytes(ends.source());
        byte[] destination = ends == null ? new byte[0] : bytes(ends.destination());
        if (ends == null || source.length == 0 || source.length != destination.length) {
            return allocator.buffer(16).writeBytes(SIGNATURE).writeByte(LOCAL).writeZero(3);
        }
        int length = 2 * source.length + 4 + length(tlvs);
        ByteBuf header = allocator.buffer(16 + length);
        header.writeBytes(SIGNATURE).writeByte(PROXY);
        header.writeByte(source.length == 4 ? TCP4 : TCP6).writeShort(length);
        header.writeBytes(source).writeBytes(destination);
        header.writeShort(ends.source().port()).writeShort(ends.destination().port());
        for (ProxyTlv each : tlvs) {
            header.writeByte(each.type()).writeShort(each.value().size());
            header.writeBytes(each.value().asReadOnlyByteBuffer());
        }
        return header;
    }

    /// None for what is no address of the IP family.
    private static byte[] bytes(AddressText address) {
        byte[] bytes =
                address.isIp() ? NetUtil.createByteArrayFromIpAddressString(address.ip()) : null;
        return bytes == null ? new byte[0] : bytes;
    }
}
