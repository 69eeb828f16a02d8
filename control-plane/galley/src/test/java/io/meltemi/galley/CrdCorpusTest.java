package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every document that Istio's schemas were tested with gets their verdict, unless it uses what is
/// not served yet.
class CrdCorpusTest {
    private static final String FOLDER = "shared/data/istio-crd-validation";

    @Test
    void verdictIsTheSchemas() {
        assumeTrue(
                Documents.above(FOLDER).isPresent(), "istio-crd-validation is not on this machine");
        Path folder = Documents.above(FOLDER).orElseThrow();
        List<String> wrong = new ArrayList<>();
        int served = 0;
        int notYet = 0;

        for (DocumentSet.Text text : FolderReader.read(List.of(folder)).texts()) {
            for (String document : text.content().split("(?m)^---\\s*$", -1)) {
                boolean valid = !document.contains("_err:");
                List<Diagnostic> errors = errors(document.replaceAll("(?m)^_err:.*$", ""));
                if (errors.stream().anyMatch(CrdCorpusTest::isNotServed)) {
                    notYet++;
                } else {
                    served++;
                    if (errors.isEmpty() != valid) {
                        wrong.add(text.name() + ": " + errors + " for\n" + document);
                    }
                }
            }
        }

        System.out.printf("schemas: %d served, %d not supported yet%n", served, notYet);
        assertThat(wrong).isEmpty();
    }

    private static List<Diagnostic> errors(String document) {
        return Documents.check(document).diagnostics().stream()
                .filter(d -> d.severity() == Severity.ERROR)
                .toList();
    }

    private static boolean isNotServed(Diagnostic diagnostic) {
        return diagnostic.code().equals(Code.NOT_SUPPORTED.text())
                || diagnostic.code().equals(Code.KIND_NOT_SUPPORTED.text());
    }
}
