package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.source.InlineSource;
import io.meltemi.galley.store.Publication;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GalleyTest {
    private static final String RULE =
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: reviews}
            spec: {host: %s}
            """;

    private final List<Publication> published = new ArrayList<>();

    @Test
    void firstStateIsPublishedBeforeOpenReturns() {
        InlineSource source = new InlineSource("inline", RULE.formatted("reviews"));

        try (Galley _ = Galley.open(List.of(source), MeshSettings.DEFAULT, published::add)) {
            assertThat(published).hasSize(1);
            assertThat(published.getFirst().inForce().version()).isEqualTo(1);
            assertThat(published.getFirst().inForce().all(DestinationRule.class))
                    .extracting(DestinationRule::host)
                    .containsExactly("reviews");
        }
    }

    @Test
    void lastGoodStateStaysInForceWhenANewOneHasErrors() {
        InlineSource source = new InlineSource("inline", RULE.formatted("reviews"));

        try (Galley galley = Galley.open(List.of(source), MeshSettings.DEFAULT, published::add)) {
            source.replace(RULE.formatted("'not a host'"));

            assertThat(published.getLast()).isInstanceOf(Publication.Refused.class);
            assertThat(galley.store().current().version()).isEqualTo(1);
            assertThat(galley.store().diagnostics()).hasSize(1);
            assertThat(galley.store().diagnostics().getFirst().toString())
                    .startsWith("inline:4:14: error IST0106: domain name 'not a host'");

            source.replace(RULE.formatted("ratings"));

            assertThat(published.getLast()).isInstanceOf(Publication.Accepted.class);
            assertThat(galley.store().current().version()).isEqualTo(2);
            assertThat(galley.store().diagnostics()).isEmpty();
        }
    }

    @Test
    void halfWrittenDocumentChangesNothing() {
        InlineSource source = new InlineSource("inline", RULE.formatted("reviews"));

        try (Galley galley = Galley.open(List.of(source), MeshSettings.DEFAULT, published::add)) {
            source.replace(RULE.formatted("reviews").substring(0, 90));

            assertThat(galley.store().current().all(DestinationRule.class)).hasSize(1);
            assertThat(galley.store().diagnostics()).isNotEmpty();
        }
    }

    @Test
    void equalStateIsNotPublishedAgain() {
        InlineSource source = new InlineSource("inline", RULE.formatted("reviews"));

        try (Galley galley = Galley.open(List.of(source), MeshSettings.DEFAULT, published::add)) {
            source.replace("# a comment that shifts every line\n" + RULE.formatted("reviews"));

            assertThat(published).hasSize(1);
            assertThat(galley.store().current().resources().values().iterator().next().at().line())
                    .isEqualTo(2);
        }
    }

    @Test
    void sourcesAreReadTogetherAndDuplicatesNameBothPlaces() {
        InlineSource first = new InlineSource("first.yaml", RULE.formatted("reviews"));
        InlineSource second = new InlineSource("second.yaml", RULE.formatted("ratings"));

        try (Galley galley =
                Galley.open(List.of(first, second), MeshSettings.DEFAULT, published::add)) {
            assertThat(published).hasSize(1);
            assertThat(galley.store().diagnostics().getFirst().toString())
                    .isEqualTo(
                            "second.yaml:3:18: error MEL0010: DestinationRule/default/reviews is written twice: here and at first.yaml:3:18");
        }
    }

    @Test
    void noSourcesAreAnEmptyConfiguration() {
        try (Galley _ = Galley.open(List.of(), MeshSettings.DEFAULT, published::add)) {
            assertThat(published).hasSize(1);
            assertThat(published.getFirst().inForce().resources()).isEmpty();
        }
    }
}
