package io.meltemi.galley.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.diagnostic.Diagnostic;
import org.junit.jupiter.api.Test;

class YamlTextTest {
    @Test
    void documentsAreSeparatedByDashes() {
        assertThat(YamlText.parse("x.yaml", "a: 1\n---\nb: 2\n", 10).documents()).hasSize(2);
    }

    @Test
    void jsonIsYaml() {
        assertThat(YamlText.parse("x.json", "{\"a\": [1, 2]}", 10).error()).isEmpty();
    }

    @Test
    void syntaxErrorHasItsPlace() {
        assertThat(error("a: 1\nb: [1, 2\nc: 3\n")).startsWith("x.yaml:3:2: error MEL0001: ");
    }

    @Test
    void deepNestingIsRefusedBeforeItIsFollowed() {
        assertThat(error("[".repeat(100_000))).contains("nested deeper than 64 levels");
    }

    @Test
    void growthByAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String ten = ("*a" + (i - 1) + ", ").repeat(5);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ten.substring(0, ten.length() - 2)));
        }

        assertThat(error(bomb.toString())).contains("too large with its aliases");
    }

    @Test
    void documentThatHoldsItselfIsRefused() {
        assertThat(error("a: &a [*a]\n")).isNotEmpty();
    }

    @Test
    void oneDocumentTooManyIsRefused() {
        assertThat(
                        YamlText.parse("x.yaml", "a: 1\n---\na: 1\n---\na: 1\n", 2)
                                .error()
                                .map(Diagnostic::toString))
                .hasValue("x.yaml:5:1: error MEL0003: more than 2 documents in all");
    }

    private static String error(String text) {
        return YamlText.parse("x.yaml", text, 10).error().map(Diagnostic::toString).orElse("");
    }
}
