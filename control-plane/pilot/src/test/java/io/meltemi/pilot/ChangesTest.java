package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.WorkloadSpec;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.KeySnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.push.PushQueue;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whoever follows a mesh through its changes has what the last one means, made from nothing:
/// nothing that matters is left out for being thought the same. Each golden case loses, gets back
/// and alters each of its resources and services, one at a time. Confined to one test thread.
final class ChangesTest {
    private final PushQueue queue =
            new PushQueue(PilotSettings.DEFAULT, new HandCrankedTimer(new FakeTicker()));
    private final Map<ProxyNode, XdsSnapshot> given = new LinkedHashMap<>();
    private long version = 1;

    static Stream<String> cases() throws IOException {
        return GoldenTest.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatComesByChangesIsWhatTheMeshMeans(String name, @TempDir Path scratch)
            throws IOException {
        MeshYaml input = MeshYaml.read(GoldenTest.TESTDATA.resolve(name + ".in.yaml"), scratch);
        follow(input.proxy());
        follow(RoutesInPiecesTest.capable(input.proxy()));
        follow(Meshes.sidecar("invoice", "shop", "10.0.0.3"));
        MeshSnapshot mesh = input.mesh();
        push("as written", mesh);

        for (Sourced<ConfigResource> each : mesh.config().resources().values()) {
            push("without " + each.value().key(), without(mesh, each));
            offer(mesh);
            for (ConfigResource other : altered(each.value())) {
                push("with another " + each.value().key(), with(mesh, each, other));
                offer(mesh);
            }
        }
        for (Hostname host : mesh.services().services().keySet()) {
            push("without the first instance of " + host, without(mesh, host));
            offer(mesh);
        }
        push("with other settings", new MeshSnapshot(other(), mesh.config(), mesh.services()));
        push("as written", mesh);
    }

    private void follow(ProxyNode node) {
        queue.follow(node, snapshot -> given.put(node, snapshot));
    }

    private void push(String what, MeshSnapshot mesh) {
        MeshSnapshot next = offer(mesh);
        given.forEach((node, snapshot) -> {
            XdsSnapshot meant = Pilot.translate(PilotSettings.DEFAULT, next, node);
            for (ResourceType type : ResourceType.values()) {
                assertThat(versions(snapshot, type))
                        .as("%s of %s %s", type, node.name(), what)
                        .isEqualTo(versions(meant, type));
            }
        });
    }

    /// @return the same mesh as it was pushed
    private MeshSnapshot offer(MeshSnapshot mesh) {
        // A config or services of another version are another object, as in a real mesh.
        version++;
        MeshSnapshot next =
                new MeshSnapshot(
                        mesh.settings(),
                        new ConfigSnapshot(
                                version,
                                mesh.config().resources(),
                                mesh.config().services(),
                                mesh.config().mesh()),
                        new ServiceSnapshot(version, mesh.services().services()),
                        KeySnapshot.EMPTY);
        queue.offer(next);
        queue.push();
        return next;
    }

    private static SortedMap<String, String> versions(XdsSnapshot snapshot, ResourceType type) {
        SortedMap<String, String> versions = new TreeMap<>();
        for (XdsResource resource : snapshot.of(type).values()) {
            versions.put(resource.name(), resource.version());
        }
        return versions;
    }

    private static MeshSnapshot without(MeshSnapshot mesh, Sourced<ConfigResource> resource) {
        var left = new TreeMap<>(mesh.config().resources());
        left.remove(resource.value().key());
        return mesh(mesh, left);
    }

    private static MeshSnapshot with(
            MeshSnapshot mesh, Sourced<ConfigResource> resource, ConfigResource other) {
        var all = new TreeMap<>(mesh.config().resources());
        all.put(other.key(), new Sourced<>(other, resource.at()));
        return mesh(mesh, all);
    }

    private static MeshSnapshot mesh(
            MeshSnapshot mesh, SortedMap<ResourceKey, Sourced<ConfigResource>> resources) {
        ConfigSnapshot config =
                new ConfigSnapshot(1, resources, mesh.config().services(), mesh.config().mesh());
        return new MeshSnapshot(mesh.settings(), config, mesh.services());
    }

    private static MeshSnapshot without(MeshSnapshot mesh, Hostname host) {
        var services = new TreeMap<>(mesh.services().services());
        services.computeIfPresent(
                host,
                (_, entry) ->
                        new ServiceSnapshot.Entry(
                                entry.service(),
                                entry.endpoints()
                                        .subList(
                                                Math.min(1, entry.endpoints().size()),
                                                entry.endpoints().size())));
        return new MeshSnapshot(mesh.settings(), mesh.config(), new ServiceSnapshot(1, services));
    }

    /// Changes that have short ways, and those that nearly have.
    private static List<ConfigResource> altered(ConfigResource resource) {
        List<ConfigResource> others = new ArrayList<>();
        if (resource instanceof ServiceEntry entry && !entry.endpoints().isEmpty()) {
            others.add(with(entry, entry.endpoints().subList(1, entry.endpoints().size())));
            others.add(with(entry, entry.endpoints().reversed()));
        }
        if (resource instanceof VirtualService service) {
            if (service.http().size() > 1) {
                others.add(with(service, service.http().reversed()));
                others.add(with(service, service.http().subList(1, service.http().size())));
            }
            others.add(with(service, List.of()));
        }
        return others;
    }

    private static ServiceEntry with(ServiceEntry entry, List<WorkloadSpec> endpoints) {
        return new ServiceEntry(
                entry.metadata(),
                entry.hosts(),
                entry.addresses(),
                entry.ports(),
                entry.location(),
                entry.resolution(),
                endpoints,
                entry.workloadSelector(),
                entry.exportTo(),
                entry.subjectAltNames());
    }

    private static VirtualService with(VirtualService service, List<HttpRoute> http) {
        return new VirtualService(
                service.metadata(),
                service.hosts(),
                service.gateways(),
                http,
                service.tls(),
                service.tcp(),
                service.exportTo(),
                service.semantics());
    }

    private static MeshSettings other() {
        MeshSettings settings = MeshSettings.DEFAULT;
        return new MeshSettings(
                settings.trustDomain(),
                "other-root",
                settings.domainSuffix(),
                settings.maxMtlsConnectionAge(),
                MeshConfig.DEFAULT);
    }
}
