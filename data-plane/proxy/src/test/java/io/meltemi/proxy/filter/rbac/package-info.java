@NullMarked
package io.meltemi.proxy.filter.rbac;

import org.jspecify.annotations.NullMarked;
