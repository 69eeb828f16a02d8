package io.meltemi.pilot.translate.grpc;

import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.route.Faults;

/// What a client finds under the name it calls. Immutable; the cache's key.
///
/// The filters are those of both that gRPC knows.
///
/// @param name `HOST:PORT`, as it stands in the client's target
/// @param routes the name of the route configuration
public record GrpcListenerInput(String name, String routes) {
    public Listener translate() {
        HttpConnectionManager manager =
                HttpConnectionManager.newBuilder()
                        .setRds(
                                Rds.newBuilder()
                                        .setConfigSource(Protos.ads())
                                        .setRouteConfigName(routes))
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName(Faults.FILTER)
                                        .setTypedConfig(Protos.any(HTTPFault.getDefaultInstance())))
                        .addHttpFilters(GrpcServerInput.router())
                        .build();
        return Listener.newBuilder()
                .setName(name)
                .setApiListener(ApiListener.newBuilder().setApiListener(Protos.any(manager)))
                .build();
    }
}
