package io.meltemi.testkit.mutualtls;

import java.util.ArrayList;
import java.util.List;

/// One service of the matrix. Immutable.
///
/// @param mode of the peer authentication in its namespace
/// @param traffic what its callers send
/// @param number of its port, by which its listeners are found
record Served(String mode, Traffic traffic, int number) {
    private static final int FIRST_NUMBER = 31_000;

    /// One for each mode and traffic.
    static List<Served> all() {
        List<Served> all = new ArrayList<>();
        for (String mode : List.of("DISABLE", "PERMISSIVE", "STRICT")) {
            for (Traffic traffic : Traffic.values()) {
                all.add(new Served(mode, traffic, FIRST_NUMBER + all.size()));
            }
        }
        return all;
    }

    String namespace() {
        return mode.toLowerCase(java.util.Locale.ROOT);
    }

    String name() {
        return traffic.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    String host() {
        return name() + "." + namespace() + ".svc.cluster.local";
    }

    String address() {
        return "240.0.0." + (number - FIRST_NUMBER + 1);
    }

    /// @param endpoint where its sidecar listens
    String yaml(int endpoint) {
        String entry =
                """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: NAME, namespace: SPACE}
                spec:
                  hosts: [HOST]
                  addresses: [ADDRESS]
                  ports: [{number: NUMBER, name: mainPROTOCOL}]
                  location: MESH_INTERNAL
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1, ports: {main: ENDPOINT}, serviceAccount: server, labels: {app: NAME, security.istio.io/tlsMode: istio}}]
                ---
                """;
        String rule =
                """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: NAME, namespace: SPACE}
                spec:
                  host: HOST
                  trafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: true}}
                ---
                """;
        return (traffic.isTls() ? entry + rule : entry)
                .replace("NAME", name())
                .replace("SPACE", namespace())
                .replace("HOST", host())
                .replace("ADDRESS", address())
                .replace("NUMBER", "" + number)
                .replace("PROTOCOL", traffic.protocolYaml())
                .replace("ENDPOINT", "" + endpoint);
    }

    /// The peer authentication of its namespace.
    String policyYaml() {
        return """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: SPACE}
        spec: {mtls: {mode: MODE}}
        ---
        """
                .replace("SPACE", namespace())
                .replace("MODE", mode);
    }
}
