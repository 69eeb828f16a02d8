package io.meltemi.proxy.filter.network.metadataexchange;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.filter.peermetadata.NodeMetadata;
import io.meltemi.proxy.observe.PeerMetadata;
import io.meltemi.xds.message.Anys;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is exchanged, and when. Immutable.
///
/// On the wire: a magic number and a length of four bytes each, then an `Any` with a `Struct`,
/// which has the workload and the node's id under the names that HTTP has for their headers.
final class ExchangeSettings {
    static final int MAGIC = 0x3D230467;

    /// Of magic number and length.
    static final int HEAD_BYTES = 8;

    private static final String METADATA = "x-envoy-peer-metadata";
    private static final String ID = "x-envoy-peer-metadata-id";

    private final String protocol;
    private final Set<String> additional;
    private final ExchangeCounts counts;
    private final byte[] own;

    /// @param protocol by ALPN, with which both sides agree to it
    /// @param additional names of labels that are told and kept beside the usual ones
    ExchangeSettings(String protocol, Set<String> additional, Node node, ExchangeCounts counts) {
        this.protocol = protocol;
        this.additional = Set.copyOf(additional);
        this.counts = counts;
        Struct told = NodeMetadata.toStruct(NodeMetadata.of(node, additional));
        byte[] message =
                Anys.pack(
                                Struct.newBuilder()
                                        .putFields(
                                                METADATA,
                                                Value.newBuilder().setStructValue(told).build())
                                        .putFields(
                                                ID,
                                                Value.newBuilder()
                                                        .setStringValue(node.getId())
                                                        .build())
                                        .build())
                        .toByteArray();
        own =
                Unpooled.buffer(HEAD_BYTES + message.length)
                        .writeInt(MAGIC)
                        .writeInt(message.length)
                        .writeBytes(message)
                        .array();
    }

    /// Whether TLS has settled on it.
    boolean isAgreed(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        return tls != null && protocol.equals(tls.applicationProtocol());
    }

    ExchangeCounts counts() {
        return counts;
    }

    /// What this side sends; the caller's to write.
    ByteBuf own() {
        return Unpooled.wrappedBuffer(own);
    }

    /// Whom a message tells of; null when it tells of nobody, or cannot be read.
    @Nullable PeerMetadata read(byte[] message) {
        try {
            Struct told = Anys.unpack(Any.parseFrom(message), Struct.class);
            Value metadata = told.getFieldsMap().get(METADATA);
            return metadata == null ? null : NodeMetadata.of(metadata.getStructValue(), additional);
        } catch (InvalidProtocolBufferException _) {
            return null;
        }
    }
}
