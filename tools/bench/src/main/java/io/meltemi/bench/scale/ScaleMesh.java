package io.meltemi.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A folder with Istio's YAML, a file for each service of two endpoints; the first has two versions
/// and weights. Confined to its thread.
final class ScaleMesh {
    /// What the routes of the one port are called.
    static final String ROUTES = "80";

    private static final int BLOCK = 250;
    private static final int WEIGHTS = 99;

    private final Path folder;
    private int services;
    private int changes;

    /// Writes all.
    ScaleMesh(Path folder, int services) throws IOException {
        this.folder = Files.createDirectories(folder);
        for (int i = 0; i < services; i++) {
            newService();
        }
        writeRoute();
    }

    /// Another weight.
    void changeRoute() throws IOException {
        changes++;
        writeRoute();
    }

    private void writeRoute() throws IOException {
        int weight = 1 + changes % WEIGHTS;
        write(
                "route",
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: s0, namespace: shop}
                spec:
                  hosts: [s0.shop.svc.cluster.local]
                  http:
                  - route:
                    - {destination: {host: s0.shop.svc.cluster.local, subset: v1}, weight: %d}
                    - {destination: {host: s0.shop.svc.cluster.local, subset: v2}, weight: %d}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: s0, namespace: shop}
                spec:
                  host: s0.shop.svc.cluster.local
                  subsets:
                  - {name: v1, labels: {version: v1}}
                  - {name: v2, labels: {version: v2}}
                """
                        .formatted(weight, WEIGHTS + 1 - weight));
    }

    /// One endpoint of the second service stands elsewhere.
    void changeEndpoint() throws IOException {
        changes++;
        writeService(1, "10.2." + changes / BLOCK + "." + changes % BLOCK);
    }

    void newService() throws IOException {
        writeService(services, address(1, services));
        services++;
    }

    private static String address(int net, int number) {
        return "10." + net + "." + number / BLOCK + "." + (number % BLOCK + 1);
    }

    private void writeService(int number, String second) throws IOException {
        write(
                "s" + number,
                """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: sNUMBER, namespace: shop}
                spec:
                  hosts: [sNUMBER.shop.svc.cluster.local]
                  addresses: [ADDRESS]
                  location: MESH_INTERNAL
                  ports: [{number: 80, name: http, protocol: HTTP}]
                  resolution: STATIC
                  endpoints:
                  - {address: FIRST, ports: {http: 8080}, labels: {app: sNUMBER, version: v1}}
                  - {address: SECOND, ports: {http: 8080}, labels: {app: sNUMBER, version: v2}}
                """
                        .replace("NUMBER", Integer.toString(number))
                        .replace("ADDRESS", address(255, number))
                        .replace("FIRST", address(0, number))
                        .replace("SECOND", second));
    }

    /// All at once, as an editor or `mv` does.
    private void write(String name, String text) throws IOException {
        Path fresh = folder.resolve("." + name + ".fresh");
        Files.writeString(fresh, text);
        Files.move(fresh, folder.resolve(name + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
    }
}
