package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.diagnostic.Severity;
import java.util.List;

/// A policy that leaves the decision to somebody whom the mesh does not know denies all that it
/// selects. Immutable.
final class UnknownProviders implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        List<String> known =
                input.settings().config().extensionProviders().stream()
                        .map(ExtensionProvider::name)
                        .toList();
        for (Item<AuthorizationPolicy> item : input.all(AuthorizationPolicy.class)) {
            item.resource()
                    .provider()
                    .filter(name -> !known.contains(name))
                    .ifPresent(name ->
                            item.findings()
                                    .judge(
                                            Code.REFERENCED_RESOURCE_NOT_FOUND,
                                            Severity.WARNING,
                                            FieldPath.SPEC.field("provider").field("name"),
                                            "provider '%s' is not among the mesh's extensionProviders: what the policy selects is denied"
                                                    .formatted(name)));
        }
    }
}
