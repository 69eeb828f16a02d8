package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.Telemetry.AccessLogging;
import io.meltemi.model.config.Telemetry.Tracing;
import io.meltemi.model.diagnostic.Severity;
import java.util.List;
import java.util.function.IntFunction;

/// What is left to somebody whom the mesh does not know: a policy denies all that it selects then,
/// and nobody is told of requests. Immutable.
final class UnknownProviders implements Analyzer {
    private static final FieldPath SPEC = FieldPath.SPEC;

    @Override
    public void analyze(AnalysisInput input) {
        List<String> known =
                input.settings().config().extensionProviders().stream()
                        .map(ExtensionProvider::name)
                        .toList();
        for (Item<AuthorizationPolicy> item : input.all(AuthorizationPolicy.class)) {
            check(
                    item.resource().provider().stream().toList(),
                    _ -> SPEC.field("provider").field("name"),
                    "what the policy selects is denied",
                    item.findings(),
                    known);
        }
        for (Item<Telemetry> item : input.all(Telemetry.class)) {
            List<AccessLogging> logs = item.resource().accessLogging();
            for (int i = 0; i < logs.size(); i++) {
                FieldPath at = SPEC.field("accessLogging").item(i).field("providers");
                check(
                        logs.get(i).providers(),
                        n -> at.item(n).field("name"),
                        "it is told nothing",
                        item.findings(),
                        known);
            }
            List<Tracing> tracing = item.resource().tracing();
            for (int i = 0; i < tracing.size(); i++) {
                FieldPath at = SPEC.field("tracing").item(i).field("providers");
                check(
                        tracing.get(i).providers(),
                        n -> at.item(n).field("name"),
                        "no spans are made",
                        item.findings(),
                        known);
            }
        }
    }

    private static void check(
            List<String> names,
            IntFunction<FieldPath> place,
            String effect,
            Findings findings,
            List<String> known) {
        for (int i = 0; i < names.size(); i++) {
            if (!known.contains(names.get(i))) {
                findings.judge(
                        Code.REFERENCED_RESOURCE_NOT_FOUND,
                        Severity.WARNING,
                        place.apply(i),
                        "provider '%s' is not among the mesh's extensionProviders: %s"
                                .formatted(names.get(i), effect));
            }
        }
    }
}
