package io.meltemi.pilot.patch;

import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.diagnostic.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which patches did what, for all proxies of one mesh. Confined to Pilot's lock.
final class PatchFindings {
    /// What cannot be understood, or breaks what it changes.
    static final String BROKEN = "MEL0018";

    /// What changes nothing.
    static final String WITHOUT_EFFECT = "MEL0011";

    private final Set<Patch> asked = new LinkedHashSet<>();
    private final Set<Patch> fitted = new HashSet<>();

    /// The first fault of each.
    private final Map<Patch, Diagnostic> broken = new LinkedHashMap<>();

    /// They are meant for a proxy.
    void asked(Collection<Patch> patches) {
        asked.addAll(patches);
    }

    /// It changed something.
    void fitted(Patch patch) {
        fitted.add(patch);
    }

    /// It was left out.
    ///
    /// @param reason goes on after "it would"
    void broken(Patch patch, String resource, String reason) {
        broken.putIfAbsent(
                patch,
                new Diagnostic(
                        BROKEN,
                        Severity.ERROR,
                        patch.at(),
                        "%s: %s of a %s is left out for '%s', which stays as it was: it would %s"
                                .formatted(
                                        patch.label(),
                                        patch.operation(),
                                        patch.applyTo(),
                                        resource,
                                        reason)));
    }

    /// Patches that would break something, and those that changed nothing for any proxy that they
    /// are meant for.
    List<Diagnostic> diagnostics() {
        List<Diagnostic> found = new ArrayList<>(broken.values());
        Set<Origin> places = new HashSet<>();
        for (Patch patch : asked) {
            if (!fitted.contains(patch) && !broken.containsKey(patch) && places.add(patch.at())) {
                found.add(
                        new Diagnostic(
                                WITHOUT_EFFECT,
                                Severity.WARNING,
                                patch.at(),
                                "%s: %s of a %s changes nothing for the proxies it is meant for: compare its match with what they have (config_dump, meltemi translate)"
                                        .formatted(
                                                patch.label(),
                                                patch.operation(),
                                                patch.applyTo())));
            }
        }
        return found;
    }
}
