package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The annotations that change what a resource does. Immutable.
final class Annotations {
    /// Istio: a policy with it is tried, and decides nothing.
    static final String DRY_RUN = "istio.io/dry-run";

    /// Istio: codes, with commas between them, that are not to be reported of this resource; errors
    /// are.
    private static final String SUPPRESS = "galley.istio.io/analyze-suppress";

    private static final Set<String> SERVED = Set.of(DRY_RUN);

    private Annotations() {}

    /// Annotations are notes, except where Istio reads them: those must not be lost in silence.
    ///
    /// @return the ones that are followed
    static Map<String, String> decode(ObjectReader metadata) {
        Map<String, String> followed = new HashMap<>();
        Map<String, String> all = metadata.stringMap("annotations");
        if (all.containsKey(SUPPRESS)) {
            metadata.findings()
                    .suppress(
                            Arrays.stream(all.get(SUPPRESS).split(",", -1))
                                    .map(String::strip)
                                    .toList());
        }
        all.forEach((key, value) -> {
            if (SERVED.contains(key)) {
                followed.put(key, value);
            } else if (isIstios(key) && !key.equals(SUPPRESS)) {
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
