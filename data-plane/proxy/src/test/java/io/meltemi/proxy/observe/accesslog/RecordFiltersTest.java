package io.meltemi.proxy.observe.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.Exchanges;
import io.meltemi.proxy.runtime.RuntimeKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The record is a GET of `/x`, answered with 503 and flag UF after 1 ms.
final class RecordFiltersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{}; true",
                "{status_code_filter:{comparison:{op:GE,value:{default_value:500,runtime_key:a}}}}; true",
                "{status_code_filter:{comparison:{op:EQ,value:{default_value:200,runtime_key:a}}}}; false",
                "{status_code_filter:{comparison:{op:LE,value:{default_value:503,runtime_key:a}}}}; true",
                "{duration_filter:{comparison:{op:GE,value:{default_value:2,runtime_key:a}}}}; false",
                "{duration_filter:{comparison:{op:GE,value:{default_value:1,runtime_key:a}}}}; true",
                "{not_health_check_filter:{}}; true",
                "{traceable_filter:{}}; false",
                "{response_flag_filter:{}}; true",
                "{response_flag_filter:{flags:[NR,UF]}}; true",
                "{response_flag_filter:{flags:[NR]}}; false",
                "{runtime_filter:{runtime_key:a,percent_sampled:{numerator:100}}}; true",
                "{runtime_filter:{runtime_key:a,percent_sampled:{numerator:0}}}; false",
                "{header_filter:{header:{name:User-Agent,present_match:true}}}; true",
                "{header_filter:{header:{name:x-no,present_match:true,invert_match:true}}}; true",
                "{header_filter:{header:{name:x-no,present_match:false}}}; true",
                "{header_filter:{header:{name:user-agent,string_match:{prefix:CURL,ignore_case:true}}}}; true",
                "{header_filter:{header:{name:user-agent,string_match:{suffix:CURL}}}}; false",
                "{header_filter:{header:{name:user-agent,string_match:{safe_regex:{regex:'c.*1'}}}}}; true",
                "{header_filter:{header:{name:x-no,string_match:{exact:a},invert_match:true}}}; false",
                "{header_filter:{header:{name:x-no,string_match:{exact:''},treat_missing_header_as_empty:true}}}; true",
                "{grpc_status_filter:{statuses:[OK]}}; false",
                "{grpc_status_filter:{statuses:[OK],exclude:true}}; true",
                "{log_type_filter:{types:[DownstreamEnd]}}; true",
                "{log_type_filter:{types:[DownstreamEnd],exclude:true}}; false",
                "{and_filter:{filters:[{not_health_check_filter:{}},{traceable_filter:{}}]}}; false",
                "{or_filter:{filters:[{not_health_check_filter:{}},{traceable_filter:{}}]}}; true",
            })
    void filtersAdmitWhatEnvoyAdmits(String filter, boolean admitted) throws Exception {
        ExchangeRecord record = Exchanges.answered();
        record.responseCode = 503;
        record.addFlag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);

        assertThat(RecordFilters.compile(parse(filter), RuntimeKeys.NONE).admits(record))
                .isEqualTo(admitted);
    }

    @Test
    void healthChecksAreLeftOutWhereAskedFor() throws Exception {
        ExchangeRecord record = Exchanges.answered();
        record.isHealthCheck = true;

        assertThat(
                        RecordFilters.compile(
                                        parse("{not_health_check_filter:{}}"), RuntimeKeys.NONE)
                                .admits(record))
                .isFalse();
    }

    @Test
    void anUnsupportedFilterIsRefusedByName() {
        assertThatThrownBy(() ->
                        RecordFilters.compile(parse("{extension_filter:{}}"), RuntimeKeys.NONE))
                .hasMessageContaining("EXTENSION_FILTER");
        assertThatThrownBy(() ->
                        RecordFilters.compile(
                                parse("{header_filter:{header:{name:a,exact_match:b}}}"),
                                RuntimeKeys.NONE))
                .hasMessageContaining("EXACT_MATCH");
    }

    private static AccessLogFilter parse(String json) throws Exception {
        AccessLogFilter.Builder filter = AccessLogFilter.newBuilder();
        JsonFormat.parser().merge(json, filter);
        return filter.build();
    }
}
