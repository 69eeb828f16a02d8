package io.meltemi.pilot.translate.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import io.meltemi.model.config.AccessLogFile.Format;
import org.junit.jupiter.api.Test;

/// What the control plane's own access log says more than Istio's.
final class LogFormatsTest {
    @Test
    void theOwnLineHasIstiosKeysAndWhatADeniedRequestMissed() {
        Struct own = LogFormats.translate(LogFormats.own()).getJsonFormat();
        Struct istio = LogFormats.translate(Format.Json.OF_ISTIO).getJsonFormat();

        assertThat(own.getFieldsMap()).containsAllEntriesOf(istio.getFieldsMap());
        assertThat(own.getFieldsMap().keySet())
                .hasSize(istio.getFieldsCount() + 2)
                .contains("authz_nearest_policy", "authz_missed_attributes");
    }
}
