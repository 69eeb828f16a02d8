package io.meltemi.pilot.push;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.config.CaCertificate;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.TrustDomains;
import io.meltemi.pilot.translate.security.SecretInput;
import io.meltemi.pilot.translate.security.TlsContexts;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Whose authorities count for whose identities, where others than the mesh's own are believed.
/// Thread-safe: pure.
final class TrustBundles {
    private TrustBundles() {}

    /// Empty where the mesh believes nobody else: then the agent knows enough.
    static List<SecretInput> of(MeshView mesh) {
        TrustDomains domains = mesh.trustDomains();
        return switch (domains.roots()) {
            case OF_AGENT -> List.of();
            case OF_CONTROL_PLANE ->
                    List.of(new SecretInput.Bundles(TlsContexts.BUNDLES, byDomain(mesh, domains)));
        };
    }

    /// Former domains are vouched for by the mesh's own authority.
    private static SortedMap<String, String> byDomain(MeshView mesh, TrustDomains domains) {
        SortedMap<String, String> bundles = new TreeMap<>();
        String own = mesh.snapshot().roots().pem();
        domains.all().forEach(domain -> bundles.put(domain.name(), own));
        for (CaCertificate written : mesh.settings().config().caCertificates()) {
            List<TrustDomain> vouchedFor =
                    written.trustDomains().isEmpty()
                            ? List.of(mesh.settings().trustDomain())
                            : written.trustDomains();
            vouchedFor.forEach(
                    domain -> bundles.merge(domain.name(), written.pem(), TrustBundles::joined));
        }
        return bundles;
    }

    private static String joined(String one, String other) {
        return one.stripTrailing() + "\n" + other;
    }
}
