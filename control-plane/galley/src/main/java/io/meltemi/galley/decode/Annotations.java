package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The annotations that change what a resource does. Immutable.
final class Annotations {
    /// Istio: a policy with it is tried, and decides nothing.
    static final String DRY_RUN = "istio.io/dry-run";

    private static final Set<String> SERVED = Set.of(DRY_RUN);

    private Annotations() {}

    /// Annotations are notes, except where Istio reads them: those must not be lost in silence.
    ///
    /// @return the ones that are followed
    static Map<String, String> decode(ObjectReader metadata) {
        Map<String, String> followed = new HashMap<>();
        metadata.stringMap("annotations")
                .forEach((key, value) -> {
                    if (SERVED.contains(key)) {
                        followed.put(key, value);
                    } else if (isIstios(key)) {
                        metadata.findings()
                                .judge(
                                        Code.WITHOUT_EFFECT,
                                        metadata.path().field("annotations").field(key),
                                        "annotation '%s' is not supported yet and has no effect"
                                                .formatted(ObjectReader.shown(key)));
                    }
                });
        return followed;
    }

    private static boolean isIstios(String key) {
        int slash = key.indexOf('/');
        String domain = slash < 0 ? "" : key.substring(0, slash);
        return domain.equals("istio.io") || domain.endsWith(".istio.io");
    }
}
