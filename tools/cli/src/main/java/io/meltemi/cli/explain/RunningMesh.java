package io.meltemi.cli.explain;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.config.KeySource;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.KeySnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.xds.proto.control.IssuerKeySet;
import io.meltemi.xds.proto.control.MeshInstance;
import io.meltemi.xds.proto.control.MeshResponse;
import io.meltemi.xds.proto.control.MeshService;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a running control plane says of its mesh, as the model has it. Thread-safe: stateless.
public final class RunningMesh {
    private RunningMesh() {}

    /// @param config what the files say
    /// @throws IllegalArgumentException when the control plane speaks of what nobody knows here: it
    ///   is another version
    public static MeshSnapshot of(MeshResponse answer, ConfigSnapshot config) {
        SortedMap<Hostname, ServiceSnapshot.Entry> services = new TreeMap<>();
        for (MeshService each : answer.getServicesList()) {
            services.put(new Hostname(each.getHost()), entry(each));
        }
        Map<KeySource, String> keys = new HashMap<>();
        for (IssuerKeySet each : answer.getKeysList()) {
            keys.put(
                    each.getJwksUri().isEmpty()
                            ? new KeySource.Discovery(each.getIssuer())
                            : new KeySource.Address(each.getJwksUri()),
                    each.getJwks());
        }
        MeshSettings usual = MeshSettings.DEFAULT;
        return new MeshSnapshot(
                new MeshSettings(
                        new TrustDomain(answer.getTrustDomain()),
                        usual.rootNamespace(),
                        usual.domainSuffix(),
                        usual.maxMtlsConnectionAge()),
                config,
                new ServiceSnapshot(1, services),
                new KeySnapshot(keys));
    }

    private static ServiceSnapshot.Entry entry(MeshService service) {
        return new ServiceSnapshot.Entry(
                new Service(
                        new Hostname(service.getHost()),
                        service.getName(),
                        service.getNamespace(),
                        service.getPortsList().stream()
                                .map(port ->
                                        new ServicePort(
                                                port.getName(),
                                                port.getNumber(),
                                                Protocol.valueOf(port.getProtocol())))
                                .toList(),
                        Optional.of(service.getVirtualAddress()).filter(a -> !a.isEmpty()),
                        service.getMeshExternal()),
                service.getInstancesList().stream().map(RunningMesh::endpoint).toList());
    }

    private static Endpoint endpoint(MeshInstance instance) {
        return new Endpoint(
                new Workload(
                        instance.getName(),
                        instance.getNamespace(),
                        instance.getApp(),
                        instance.getVersion(),
                        instance.getLabelsMap(),
                        SpiffeId.parse(instance.getIdentity())
                                .orElseThrow(() ->
                                        new IllegalArgumentException(
                                                "'" + instance.getIdentity() + "' is no identity")),
                        instance.getAddress(),
                        Locality.parse(instance.getLocality())),
                instance.getPortsMap(),
                instance.getWeight(),
                Endpoint.Health.valueOf(instance.getHealth()),
                instance.getAcceptsMtls());
    }
}
