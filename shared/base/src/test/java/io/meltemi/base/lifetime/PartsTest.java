package io.meltemi.base.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
    private final List<String> happened = new ArrayList<>();

    @Test
    void theNewestIsClosedFirstAndEachOnce() {
        Parts parts = new Parts((_, e) -> happened.add(String.valueOf(e.getMessage())));
        parts.add(() -> happened.add("first"));
        parts.add(() -> happened.add("second"));
        parts.close();
        parts.close();

        assertThat(happened).containsExactly("second", "first");
    }

    @Test
    void aPartThatFailsDoesNotKeepTheOthersOpen() {
        try (Parts parts = new Parts((_, e) -> happened.add(String.valueOf(e.getMessage())))) {
            parts.add(() -> happened.add("first"));
            parts.add(() -> {
                throw new IOException("stuck");
            });
        }

        assertThat(happened).containsExactly("stuck", "first");
    }
}
