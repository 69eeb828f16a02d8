package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.PerHostConfig;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.TlvEntry;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.proxyprotocol.ProxyTlv;
import io.meltemi.proxy.proxyprotocol.UpstreamProxyProtocol;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.transport_sockets.upstream_proxy_protocol`. Immutable: pure functions.
final class UpstreamProxyProtocolCompiler {
    /// What an endpoint's own TLVs stand under in `typed_filter_metadata`.
    private static final String METADATA = "envoy.transport_sockets.proxy_protocol";

    /// What clients' headers say besides is not kept, so that nothing of it can be passed on
    /// (`pass_through_tlvs`).
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            ProxyProtocolUpstreamTransport.getDescriptor(),
                            "config transport_socket")
                    .supports(TransportSocket.getDescriptor(), "name typed_config")
                    .supports(ProxyProtocolConfig.getDescriptor(), "version added_tlvs")
                    .supports(PerHostConfig.getDescriptor(), "added_tlvs")
                    .supports(TlvEntry.getDescriptor(), "type value")
                    .build();

    private UpstreamProxyProtocolCompiler() {}

    /// @return null when it cannot be read, which is refused at `at`
    static @Nullable ProxyProtocolUpstreamTransport open(Any config, ConfigPlace at) {
        ProxyProtocolUpstreamTransport opened =
                TypedConfig.open(
                        config, ProxyProtocolUpstreamTransport.getDefaultInstance(), FIELDS, at);
        if (opened != null && !opened.hasTransportSocket()) {
            at.field("transport_socket").refuse("must be set");
            return null;
        }
        return opened;
    }

    static UpstreamProxyProtocol compile(ProxyProtocolUpstreamTransport proto, ConfigPlace at) {
        ConfigPlace config = at.field("config");
        List<ProxyTlv> tlvs = tlvs(proto.getConfig().getAddedTlvsList(), config);
        if (proto.getConfig().getVersion() == ProxyProtocolConfig.Version.UNRECOGNIZED) {
            config.field("version").refuse("is unknown");
        }
        return new UpstreamProxyProtocol(
                proto.getConfig().getVersion() == ProxyProtocolConfig.Version.V2
                        ? UpstreamProxyProtocol.Version.V2
                        : UpstreamProxyProtocol.Version.V1,
                tlvs);
    }

    /// What an endpoint's metadata add to its header.
    static List<ProxyTlv> ofEndpoint(Metadata metadata, ConfigPlace at) {
        Any own = metadata.getTypedFilterMetadataMap().get(METADATA);
        if (own == null) {
            return List.of();
        }
        ConfigPlace place = at.entry("typed_filter_metadata", METADATA);
        try {
            PerHostConfig config = Anys.unpack(own, PerHostConfig.class);
            FIELDS.check(config, place);
            return tlvs(config.getAddedTlvsList(), place);
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private static List<ProxyTlv> tlvs(List<TlvEntry> protos, ConfigPlace at) {
        List<ProxyTlv> tlvs = new ArrayList<>();
        for (int i = 0; i < protos.size(); i++) {
            TlvEntry proto = protos.get(i);
            ConfigPlace place = at.element("added_tlvs", i);
            if (proto.getType() < 0 || proto.getType() > 255) {
                place.field("type")
                        .refuse(Integer.toUnsignedString(proto.getType()) + " is above 255");
            }
            if (proto.getValue().isEmpty()) {
                place.field("value").refuse("is empty");
            }
            tlvs.add(new ProxyTlv(proto.getType(), proto.getValue()));
        }
        if (UpstreamProxyProtocol.length(tlvs) > UpstreamProxyProtocol.MAX_TLV_BYTES / 2) {
            // Those of the cluster and of an endpoint fit into one header together.
            at.field("added_tlvs")
                    .refuse(
                            "have more than "
                                    + UpstreamProxyProtocol.MAX_TLV_BYTES / 2
                                    + " bytes in all");
        }
        return tlvs;
    }
}
