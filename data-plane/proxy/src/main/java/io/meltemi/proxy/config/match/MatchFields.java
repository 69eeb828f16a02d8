package io.meltemi.proxy.config.match;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.type.matcher.v3.FilterStateMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.meltemi.proxy.config.check.SupportedFields;

/// The fields of shared matchers that are obeyed.
public final class MatchFields {
    public static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            StringMatcher.getDescriptor(),
                            "exact prefix suffix safe_regex contains ignore_case")
                    .supports(RegexMatcher.getDescriptor(), "regex")
                    .ignores(RegexMatcher.getDescriptor(), "google_re2")
                    .supports(RegexMatchAndSubstitute.getDescriptor(), "pattern substitution")
                    .supports(
                            HeaderMatcher.getDescriptor(),
                            "name exact_match safe_regex_match range_match present_match"
                                    + " prefix_match suffix_match contains_match string_match"
                                    + " invert_match treat_missing_header_as_empty")
                    .supports(
                            QueryParameterMatcher.getDescriptor(),
                            "name string_match present_match")
                    .supports(MetadataMatcher.getDescriptor(), "filter path value invert")
                    .supports(
                            ValueMatcher.getDescriptor(),
                            "null_match double_match string_match bool_match present_match"
                                    + " list_match or_match")
                    .supports(ListMatcher.getDescriptor(), "one_of")
                    .supports(OrMatcher.getDescriptor(), "value_matchers")
                    .supports(PathMatcher.getDescriptor(), "path")
                    .supports(FilterStateMatcher.getDescriptor(), "key string_match")
                    .supports(RuntimeFractionalPercent.getDescriptor(), "default_value runtime_key")
                    .supports(FractionalPercent.getDescriptor(), "numerator denominator")
                    .supports(CidrRange.getDescriptor(), "address_prefix prefix_len")
                    .supports(
                            HeaderValueOption.getDescriptor(),
                            "header append append_action keep_empty_value")
                    .supports(HeaderValue.getDescriptor(), "key value")
                    // Envoy does not read it in headers to add.
                    .ignores(HeaderValue.getDescriptor(), "raw_value")
                    .build();

    private MatchFields() {}
}
