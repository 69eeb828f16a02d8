package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.InboundPort;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.quota.RateLimits;
import io.meltemi.pilot.translate.route.RetryPolicies;
import java.util.Optional;

/// What a sidecar does with requests to its application. Thread-safe: pure.
final class InboundHttp {
    private InboundHttp() {}

    static Filter filter(InboundListenerInput input, InboundPort port, boolean mutualTls) {
        return HttpConnections.inbound(
                "inbound_" + port.name(),
                routes(input, port),
                input.paths(),
                input.observability(),
                PolicyFilters.ofWorkload(input.policies()),
                mutualTls ? Optional.of(input.longestAge()) : Optional.empty());
    }

    private static RouteConfiguration routes(InboundListenerInput input, InboundPort port) {
        String cluster = ClusterNames.inbound(port.number());
        RouteAction.Builder action =
                RouteAction.newBuilder()
                        .setCluster(cluster)
                        .setTimeout(Protos.ZERO)
                        .addAllRateLimits(RateLimits.descriptors(input.policies().rateLimits()));
        if (port.port().protocol() != Protocol.GRPC) {
            RetryPolicies.inbound(input.retries()).ifPresent(action::setRetryPolicy);
        }
        String operation = port.calledName() + ":" + port.port().number() + "/*";
        return RouteConfiguration.newBuilder()
                .setName(cluster)
                .setValidateClusters(Protos.FALSE)
                .addVirtualHosts(
                        VirtualHost.newBuilder()
                                .setName("inbound|http|" + port.port().number())
                                .addDomains("*")
                                .addRoutes(
                                        Route.newBuilder()
                                                .setName("default")
                                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                                .setRoute(action)
                                                .setDecorator(
                                                        Decorator.newBuilder()
                                                                .setOperation(operation))))
                .build();
    }
}
