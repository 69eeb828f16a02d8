package io.meltemi.cli.demo;

import io.meltemi.cli.demo.program.PeerSerials;
import io.meltemi.cli.load.Call;
import io.meltemi.xds.proto.control.AuthorityResponse;
import io.meltemi.xds.proto.control.InstanceStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What others see of the shop's certificates. Thread-safe: without state.
final class SeenCertificates {
    /// The one that calls the shop, and is not called itself.
    static final String GATEWAY = "gateway";

    private static final Pattern HASH = Pattern.compile("Hash=([0-9a-f]+)");

    private SeenCertificates() {}

    /// Of each instance the serial number that its sidecar shows, which it calls others with as
    /// well; of the gateway, which is not called, the hash of what it shows to product.
    static Map<String, String> now(DemoMesh mesh) throws IOException {
        Map<String, String> serials = new TreeMap<>();
        List<String> peers = new ArrayList<>();
        for (InstanceStatus instance : mesh.control().status().getInstancesList()) {
            Integer port = Shop.PORTS.get(instance.getService());
            if (port != null) {
                peers.add(instance.getAddress() + ":" + mesh.calledPort(port));
            }
        }
        for (String line :
                mesh.inNode(PeerSerials.class.getName(), peers.toArray(String[]::new))
                        .lines()
                        .toList()) {
            int space = line.indexOf(' ');
            serials.put(line.substring(0, Math.max(0, space)), line.substring(space + 1));
        }
        Matcher hash = HASH.matcher(caller(mesh));
        serials.put(GATEWAY, hash.find() ? hash.group(1) : "");
        return serials;
    }

    /// What product's sidecar says of the certificate that called it.
    static String caller(DemoMesh mesh) {
        return Drive.one(mesh, Call.get("/echo"))
                .body()
                .lines()
                .filter(l -> l.startsWith("x-forwarded-client-cert: "))
                .findFirst()
                .orElse("no x-forwarded-client-cert");
    }

    /// Whether another root signs, and nobody believes the old one any more.
    static boolean isReplaced(String oldRoot, AuthorityResponse now) {
        return !now.getSigner().getFingerprint().equals(oldRoot)
                && now.getRootsList().equals(List.of(now.getSigner()));
    }
}
