package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint.HealthCheckConfig;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.meltemi.proxy.cluster.CheckTarget;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.Health;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.Values;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes endpoints of a load assignment, keeping those that are there already.
final class EndpointCompiler {
    private static final SocketAddress NOWHERE = InetSocketAddress.createUnresolved("", 0);

    private EndpointCompiler() {}

    static EndpointSet compile(
            ClusterLoadAssignment assignment,
            TransportSockets transports,
            KnownEndpoints known,
            ConfigPlace at) {
        TreeMap<Integer, List<EndpointSet.LocalityEndpoints>> levels = new TreeMap<>();
        for (int i = 0; i < assignment.getEndpointsCount(); i++) {
            LocalityLbEndpoints locality = assignment.getEndpoints(i);
            List<Endpoint> endpoints = new ArrayList<>();
            for (int j = 0; j < locality.getLbEndpointsCount(); j++) {
                LbEndpoint proto = locality.getLbEndpoints(j);
                ConfigPlace place = at.element("endpoints", i).element("lb_endpoints", j);
                SocketAddress address =
                        AddressCompiler.compile(
                                proto.getEndpoint().getAddress(),
                                place.field("endpoint").field("address"));
                CheckTarget check =
                        check(
                                proto.getEndpoint().getHealthCheckConfig(),
                                address,
                                place.field("endpoint").field("health_check_config"));
                List<InetSocketAddress> more =
                        additional(proto.getEndpoint(), address, place.field("endpoint"));
                if (address != null) {
                    endpoints.add(
                            endpoint(
                                    proto,
                                    definition(locality, proto, address, more, check, place),
                                    transports,
                                    known));
                }
            }
            levels.computeIfAbsent(locality.getPriority(), _ -> new ArrayList<>())
                    .add(
                            new EndpointSet.LocalityEndpoints(
                                    locality(locality.getLocality()),
                                    locality.getLoadBalancingWeight().getValue(),
                                    endpoints));
        }
        // Levels without endpoints count as missing: what is below moves up in failover only.
        return new EndpointSet(
                levels.values().stream().map(EndpointSet.Level::new).toList(),
                policy(assignment.getPolicy(), at.field("policy")));
    }

    static EndpointSet.Policy policy(ClusterLoadAssignment.Policy proto, ConfigPlace at) {
        double drop = 0;
        String category = "";
        if (proto.getDropOverloadsCount() > 1) {
            // Envoy takes one category only.
            at.field("drop_overloads").refuse("has more than one category");
        } else if (proto.getDropOverloadsCount() == 1) {
            var share =
                    Values.fraction(
                            proto.getDropOverloads(0).getDropPercentage(),
                            at.element("drop_overloads", 0).field("drop_percentage"));
            drop = (double) share.numerator() / share.denominator();
            category = proto.getDropOverloads(0).getCategory();
        }
        return new EndpointSet.Policy(
                proto.hasOverprovisioningFactor()
                        ? Math.max(1, proto.getOverprovisioningFactor().getValue())
                        : EndpointSet.Policy.DEFAULT.overprovisioningPercent(),
                proto.getWeightedPriorityHealth(),
                drop,
                category);
    }

    private static Endpoint endpoint(
            LbEndpoint proto,
            Endpoint.Definition definition,
            TransportSockets transports,
            KnownEndpoints known) {
        return known.take(
                definition,
                health(proto),
                transports.of(
                        TransportSockets.matchMetadata(
                                proto.getMetadata().getFilterMetadataMap())));
    }

    private static CheckTarget check(
            HealthCheckConfig proto, @Nullable SocketAddress endpoint, ConfigPlace at) {
        SocketAddress own =
                proto.hasAddress()
                        ? AddressCompiler.compile(proto.getAddress(), at.field("address"))
                        : null;
        int port = proto.getPortValue();
        if (port < 0 || port > 65535) {
            at.field("port_value").refuse(Integer.toUnsignedString(port) + " is above 65535");
        } else if (port != 0 && (own == null ? endpoint : own) instanceof DomainSocketAddress) {
            at.field("port_value").refuse("is for addresses with a port, which a pipe has not");
        }
        return own == null
                        && port == 0
                        && proto.getHostname().isEmpty()
                        && !proto.getDisableActiveHealthCheck()
                ? CheckTarget.NONE
                : new CheckTarget(
                        own, port, proto.getHostname(), proto.getDisableActiveHealthCheck());
    }

    private static Health health(LbEndpoint proto) {
        return switch (proto.getHealthStatus()) {
            case UNKNOWN, HEALTHY, UNRECOGNIZED -> Health.HEALTHY;
            case DEGRADED -> Health.DEGRADED;
            case UNHEALTHY -> Health.UNHEALTHY;
            case DRAINING -> Health.DRAINING;
            case TIMEOUT -> Health.TIMEOUT;
        };
    }

    private static Endpoint.Definition definition(
            LocalityLbEndpoints locality,
            LbEndpoint proto,
            SocketAddress address,
            List<InetSocketAddress> additional,
            CheckTarget check,
            ConfigPlace at) {
        return new Endpoint.Definition(
                address,
                proto.getEndpoint().getHostname(),
                Math.max(1, proto.getLoadBalancingWeight().getValue()),
                locality.getPriority(),
                locality(locality.getLocality()),
                proto.getMetadata().getFilterMetadataMap(),
                check,
                UpstreamProxyProtocolCompiler.ofEndpoint(proto.getMetadata(), at.field("metadata")),
                additional);
    }

    private static List<InetSocketAddress> additional(
            io.envoyproxy.envoy.config.endpoint.v3.Endpoint proto,
            @Nullable SocketAddress first,
            ConfigPlace at) {
        List<InetSocketAddress> additional = new ArrayList<>();
        for (int i = 0; i < proto.getAdditionalAddressesCount(); i++) {
            ConfigPlace place = at.element("additional_addresses", i).field("address");
            SocketAddress address =
                    AddressCompiler.compile(proto.getAdditionalAddresses(i).getAddress(), place);
            if (address instanceof InetSocketAddress inet && first instanceof InetSocketAddress) {
                additional.add(inet);
            } else if (address != null && first != null) {
                place.refuse("is for endpoints whose addresses are all IP addresses");
            }
        }
        return additional;
    }

    /// What all addresses of a name have in common. Envoy: the name is their hostname unless they
    /// have one.
    static Endpoint.Definition template(
            LocalityLbEndpoints locality, LbEndpoint proto, ConfigPlace at) {
        CheckTarget check =
                check(
                        proto.getEndpoint().getHealthCheckConfig(),
                        NOWHERE,
                        at.field("endpoint").field("health_check_config"));
        // Envoy: all addresses are those of the name, whatever `additional_addresses` has.
        Endpoint.Definition template = definition(locality, proto, NOWHERE, List.of(), check, at);
        return template.hostname().isEmpty()
                ? template.withHostname(
                        proto.getEndpoint().getAddress().getSocketAddress().getAddress())
                : template;
    }

    static Endpoint of(
            Endpoint.Definition definition, TransportSockets transports, KnownEndpoints known) {
        return known.take(
                definition,
                Health.HEALTHY,
                transports.of(TransportSockets.matchMetadata(definition.metadata())));
    }

    private static Endpoint.Locality locality(Locality proto) {
        return new Endpoint.Locality(proto.getRegion(), proto.getZone(), proto.getSubZone());
    }
}
