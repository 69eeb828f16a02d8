package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.TargetRef;
import java.util.List;

/// Reads `targetRefs`, or `targetRef`, its older form for one. Immutable.
final class TargetRefsDecoder {
    private static final List<String> WAYS = List.of("selector", "targetRef", "targetRefs");

    private TargetRefsDecoder() {}

    /// @param spec of a policy that has `selector` as well
    static List<TargetRef> decode(ObjectReader spec) {
        spec.exclusive(WAYS);
        List<TargetRef> one = spec.object("targetRef", TargetRefsDecoder::target).stream().toList();
        List<TargetRef> many = list(spec);
        return many.isEmpty() ? one : many;
    }

    /// @param spec of a policy that knows only the list
    static List<TargetRef> list(ObjectReader spec) {
        return spec.list("targetRefs", TargetRefsDecoder::target);
    }

    private static TargetRef target(ObjectReader target) {
        if (target.string("namespace").filter(n -> !n.isEmpty()).isPresent()) {
            target.findings()
                    .unread(
                            Code.SCHEMA,
                            target.path().field("namespace"),
                            "a policy is attached to what is in its own namespace: leave namespace out");
        }
        return new TargetRef(
                target.string("group").orElse(""),
                target.requiredString("kind"),
                target.requiredString("name"));
    }
}
