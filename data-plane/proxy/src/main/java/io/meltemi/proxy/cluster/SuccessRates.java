package io.meltemi.proxy.cluster;

import java.util.ArrayList;
import java.util.List;

/// Which endpoints fail so much more often than the others, or so often at all, that they should
/// go. Immutable.
///
/// @param below those whose success rate is too far below the mean
/// @param failing those that fail too many of their requests
/// @param mean of those that can be compared, in percent
/// @param threshold below which one should go
record SuccessRates(List<Sample> below, List<Sample> failing, double mean, double threshold) {
    /// What an endpoint did in the last interval. Immutable.
    record Sample(Endpoint endpoint, long successes, long requests) {
        double rate() {
            return 100.0 * successes / requests;
        }
    }

    /// @param hosts how many endpoints there are, samples or not
    static SuccessRates of(List<Sample> samples, int hosts, OutlierSettings rules) {
        List<Sample> below = new ArrayList<>();
        List<Sample> failing = new ArrayList<>();
        OutlierSettings.SuccessRate rate = rules.successRate();
        OutlierSettings.FailurePercentage failure = rules.failurePercentage();
        if (hosts < rate.minimumHosts() && hosts < failure.minimumHosts()) {
            return new SuccessRates(below, failing, 0, 0);
        }
        double mean = 0;
        double threshold = 0;
        List<Sample> comparable = atLeast(rate.requestVolume(), samples);
        if (!comparable.isEmpty() && comparable.size() >= rate.minimumHosts()) {
            mean = mean(comparable);
            threshold = mean - rate.stdevFactor() * deviation(comparable, mean);
            for (Sample sample : comparable) {
                if (sample.rate() < threshold) {
                    below.add(sample);
                }
            }
        }
        List<Sample> countable = atLeast(failure.requestVolume(), samples);
        if (!countable.isEmpty() && countable.size() >= failure.minimumHosts()) {
            for (Sample sample : countable) {
                if (100 - sample.rate() >= failure.threshold()) {
                    failing.add(sample);
                }
            }
        }
        return new SuccessRates(below, failing, mean, threshold);
    }

    private static List<Sample> atLeast(int volume, List<Sample> samples) {
        return samples.stream().filter(s -> s.requests() > 0 && s.requests() >= volume).toList();
    }

    private static double mean(List<Sample> samples) {
        double sum = 0;
        for (Sample sample : samples) {
            sum += sample.rate();
        }
        return sum / samples.size();
    }

    private static double deviation(List<Sample> samples, double mean) {
        double variance = 0;
        for (Sample sample : samples) {
            variance += (sample.rate() - mean) * (sample.rate() - mean);
        }
        return Math.sqrt(variance / samples.size());
    }
}
