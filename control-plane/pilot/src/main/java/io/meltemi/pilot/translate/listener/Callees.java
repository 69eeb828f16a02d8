package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.meltemi.model.config.ExtensionProvider.Target;
import io.meltemi.pilot.translate.ClusterNames;

/// The services that proxies call on the way. Thread-safe: pure.
final class Callees {
    private Callees() {}

    static String cluster(Target target) {
        return ClusterNames.outbound(target.port(), "", target.host());
    }

    static GrpcService grpc(Target target) {
        return GrpcService.newBuilder()
                .setEnvoyGrpc(
                        GrpcService.EnvoyGrpc.newBuilder()
                                .setClusterName(cluster(target))
                                .setAuthority(target.host()))
                .build();
    }
}
