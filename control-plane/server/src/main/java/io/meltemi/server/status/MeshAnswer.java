package io.meltemi.server.status;

import io.meltemi.model.config.KeySource;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.xds.proto.control.IssuerKeySet;
import io.meltemi.xds.proto.control.MeshInstance;
import io.meltemi.xds.proto.control.MeshPort;
import io.meltemi.xds.proto.control.MeshResponse;
import io.meltemi.xds.proto.control.MeshService;
import java.nio.file.Path;
import java.util.List;

/// What the mesh is made of beside its files, for who explains requests: registered services and
/// fetched keys. No secrets. Thread-safe: stateless.
public final class MeshAnswer {
    private MeshAnswer() {}

    /// @param folders whose files are the configuration
    public static MeshResponse of(List<Path> folders, MeshSnapshot mesh) {
        MeshResponse.Builder out =
                MeshResponse.newBuilder().setTrustDomain(mesh.settings().trustDomain().name());
        folders.forEach(folder -> out.addConfigFolders(folder.toAbsolutePath().toString()));
        mesh.services().services().values().forEach(entry -> out.addServices(service(entry)));
        mesh.keys().jwks().forEach((from, jwks) -> out.addKeys(keys(from, jwks)));
        return out.build();
    }

    private static IssuerKeySet.Builder keys(KeySource from, String jwks) {
        IssuerKeySet.Builder out = IssuerKeySet.newBuilder().setJwks(jwks);
        return switch (from) {
            case KeySource.Address(String uri) -> out.setJwksUri(uri);
            case KeySource.Discovery(String issuer) -> out.setIssuer(issuer);
        };
    }

    private static MeshService.Builder service(ServiceSnapshot.Entry entry) {
        Service service = entry.service();
        MeshService.Builder out =
                MeshService.newBuilder()
                        .setHost(service.hostname().value())
                        .setName(service.name())
                        .setNamespace(service.namespace())
                        .setVirtualAddress(service.virtualAddress().orElse(""))
                        .setMeshExternal(service.meshExternal());
        service.ports().forEach(port -> out.addPorts(port(port)));
        entry.endpoints().forEach(endpoint -> out.addInstances(instance(endpoint)));
        return out;
    }

    private static MeshPort.Builder port(ServicePort port) {
        return MeshPort.newBuilder()
                .setName(port.name())
                .setNumber(port.number())
                .setProtocol(port.protocol().name());
    }

    private static MeshInstance.Builder instance(Endpoint endpoint) {
        Workload workload = endpoint.workload();
        return MeshInstance.newBuilder()
                .setName(workload.name())
                .setNamespace(workload.namespace())
                .setApp(workload.app())
                .setVersion(workload.version())
                .putAllLabels(workload.labels())
                .setIdentity(workload.identity().toString())
                .setAddress(workload.address())
                .setLocality(workload.locality().toString())
                .putAllPorts(endpoint.ports())
                .setWeight(endpoint.weight())
                .setHealth(endpoint.health().name())
                .setAcceptsMtls(endpoint.acceptsMtls());
    }
}
