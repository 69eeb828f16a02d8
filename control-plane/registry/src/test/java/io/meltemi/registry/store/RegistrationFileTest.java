package io.meltemi.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.registry.catalog.Registration;
import io.meltemi.registry.service.Instances;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.Locality;
import io.meltemi.xds.proto.registry.Port;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegistrationFileTest {
    @TempDir Path folder;

    @Test
    void whatIsSavedIsLoaded() throws Exception {
        var file = new RegistrationFile(folder.resolve("instances"), TrustDomain.CLUSTER_LOCAL);
        List<Registration> registrations = List.of(registration("a"), registration("b"));

        file.save(registrations);

        assertThat(file.load()).isEqualTo(registrations);
    }

    @Test
    void aTornFileIsSurvived() throws Exception {
        Path path = folder.resolve("instances");
        var file = new RegistrationFile(path, TrustDomain.CLUSTER_LOCAL);
        file.save(List.of(registration("a")));
        byte[] bytes = Files.readAllBytes(path);

        Files.write(path, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThat(file.load()).isEmpty();
    }

    private static Registration registration(String workload) throws Exception {
        return Instances.registration(
                Instance.newBuilder()
                        .setService("invoice")
                        .setNamespace("shop")
                        .setServiceAccount("invoice")
                        .setWorkload(workload)
                        .setApp("invoice")
                        .setAddress("10.77.0.2")
                        .setLocality(Locality.newBuilder().setRegion("eu").setZone("a"))
                        .putLabels("version", "v1")
                        .addPorts(
                                Port.newBuilder()
                                        .setName("http")
                                        .setServicePort(80)
                                        .setTargetPort(8080)
                                        .setProtocol("http"))
                        .setAcceptsMtls(true)
                        .build(),
                TrustDomain.CLUSTER_LOCAL);
    }
}
