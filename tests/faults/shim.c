/* A preload library that lets one mutating call below a directory fail, or ends the process there.

   Built by tests/faults/faulty.py. `fault_arm` counts the calls from then on; each is a line of the log. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char prefix[PATH_MAX];
static atomic_long calls;
static long at;
static int error_number; /* 0: kill */
static int log_fd = -1;

void fault_arm(const char *directory, long call, int number, const char *log)
{
    at = call;
    error_number = number;
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    atomic_store(&calls, 0);
    strncpy(prefix, directory, sizeof prefix - 1);
}

/* Whether this call is the one that fails; it does not return where the process is to end. */
static int hit(const char *name, const char *path)
{
    char line[PATH_MAX + 64];
    long number;
    if (!prefix[0] || strncmp(path, prefix, strlen(prefix)) != 0)
        return 0;
    number = atomic_fetch_add(&calls, 1) + 1;
    if (log_fd >= 0) {
        int length = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path + strlen(prefix));
        syscall(SYS_write, log_fd, line, (size_t)length);
    }
    if (number != at)
        return 0;
    if (!error_number) {
        syscall(SYS_kill, getpid(), SIGKILL);
        for (;;)
            pause();
    }
    errno = error_number;
    return 1;
}

static const char *of_fd(int fd, char *room)
{
    char link[64];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, room, PATH_MAX - 1);
    room[length < 0 ? 0 : length] = 0;
    return room;
}

static const char *of_path(int dir, const char *path, char *room)
{
    char folder[PATH_MAX];
    if (path[0] == '/')
        return path;
    if (dir == AT_FDCWD)
        folder[0] = 0, syscall(SYS_getcwd, folder, sizeof folder);
    else
        of_fd(dir, folder);
    snprintf(room, PATH_MAX, "%s/%s", folder, path);
    return room;
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))
#define BY_FD(type, name, fd, parameters, arguments, ...)                                                              \
    type name parameters                                                                                               \
    {                                                                                                                  \
        char room[PATH_MAX];                                                                                           \
        if (prefix[0] && hit(#name, of_fd(fd, room)))                                                                  \
            return -1;                                                                                                 \
        return REAL(type, #name, __VA_ARGS__) arguments;                                                               \
    }
#define BY_PATH(type, name, dir, path, parameters, arguments, ...)                                                     \
    type name parameters                                                                                               \
    {                                                                                                                  \
        char room[PATH_MAX];                                                                                           \
        if (prefix[0] && hit(#name, of_path(dir, path, room)))                                                         \
            return -1;                                                                                                 \
        return REAL(type, #name, __VA_ARGS__) arguments;                                                               \
    }

#define CREATES (O_CREAT | O_TRUNC)
#define OPEN(name, dir, first, call, ...)                                                                              \
    int name(__VA_ARGS__, int flags, ...)                                                                              \
    {                                                                                                                  \
        char room[PATH_MAX];                                                                                           \
        mode_t mode = 0;                                                                                               \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                                           \
            va_list list;                                                                                              \
            va_start(list, flags);                                                                                     \
            mode = va_arg(list, mode_t);                                                                               \
            va_end(list);                                                                                              \
        }                                                                                                              \
        if (prefix[0] && flags & CREATES && hit("open", of_path(dir, path, room)))                                     \
            return -1;                                                                                                 \
        return (int)syscall(SYS_openat, dir, path, flags, mode);                                                       \
    }

OPEN(open, AT_FDCWD, path, open, const char *path)
OPEN(open64, AT_FDCWD, path, open64, const char *path)
OPEN(openat, dir, dir, openat, int dir, const char *path)
OPEN(openat64, dir, dir, openat64, int dir, const char *path)

BY_FD(ssize_t, write, fd, (int fd, const void *data, size_t size), (fd, data, size), int, const void *, size_t)
BY_FD(ssize_t, writev, fd, (int fd, const struct iovec *v, int n), (fd, v, n), int, const struct iovec *, int)
BY_FD(ssize_t, pwrite, fd, (int fd, const void *d, size_t s, off_t o), (fd, d, s, o), int, const void *, size_t, off_t)
BY_FD(ssize_t, pwrite64, fd, (int fd, const void *d, size_t s, off_t o), (fd, d, s, o), int, const void *, size_t,
      off_t)
BY_FD(ssize_t, sendfile, out, (int out, int in, off_t *o, size_t n), (out, in, o, n), int, int, off_t *, size_t)
BY_FD(ssize_t, sendfile64, out, (int out, int in, off_t *o, size_t n), (out, in, o, n), int, int, off_t *, size_t)
BY_FD(ssize_t, copy_file_range, out, (int in, off_t *i, int out, off_t *o, size_t n, unsigned f), (in, i, out, o, n, f),
      int, off_t *, int, off_t *, size_t, unsigned)
BY_FD(int, ftruncate, fd, (int fd, off_t size), (fd, size), int, off_t)
BY_FD(int, ftruncate64, fd, (int fd, off_t size), (fd, size), int, off_t)
BY_FD(int, fallocate, fd, (int fd, int mode, off_t o, off_t n), (fd, mode, o, n), int, int, off_t, off_t)
BY_FD(int, fallocate64, fd, (int fd, int mode, off_t o, off_t n), (fd, mode, o, n), int, int, off_t, off_t)
BY_FD(int, fsync, fd, (int fd), (fd), int)
BY_FD(int, fdatasync, fd, (int fd), (fd), int)
BY_FD(int, syncfs, fd, (int fd), (fd), int)
BY_FD(int, fchmod, fd, (int fd, mode_t mode), (fd, mode), int, mode_t)
BY_FD(int, futimens, fd, (int fd, const struct timespec *t), (fd, t), int, const struct timespec *)

BY_PATH(int, rename, AT_FDCWD, to, (const char *from, const char *to), (from, to), const char *, const char *)
BY_PATH(int, renameat, dir, to, (int old, const char *from, int dir, const char *to), (old, from, dir, to), int,
        const char *, int, const char *)
BY_PATH(int, renameat2, dir, to, (int old, const char *from, int dir, const char *to, unsigned f),
        (old, from, dir, to, f), int, const char *, int, const char *, unsigned)
BY_PATH(int, link, AT_FDCWD, to, (const char *from, const char *to), (from, to), const char *, const char *)
BY_PATH(int, linkat, dir, to, (int old, const char *from, int dir, const char *to, int f), (old, from, dir, to, f), int,
        const char *, int, const char *, int)
BY_PATH(int, symlink, AT_FDCWD, to, (const char *from, const char *to), (from, to), const char *, const char *)
BY_PATH(int, symlinkat, dir, to, (const char *from, int dir, const char *to), (from, dir, to), const char *, int,
        const char *)
BY_PATH(int, unlink, AT_FDCWD, path, (const char *path), (path), const char *)
BY_PATH(int, unlinkat, dir, path, (int dir, const char *path, int flags), (dir, path, flags), int, const char *, int)
BY_PATH(int, rmdir, AT_FDCWD, path, (const char *path), (path), const char *)
BY_PATH(int, mkdir, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode), const char *, mode_t)
BY_PATH(int, mkdirat, dir, path, (int dir, const char *path, mode_t mode), (dir, path, mode), int, const char *, mode_t)
BY_PATH(int, truncate, AT_FDCWD, path, (const char *path, off_t size), (path, size), const char *, off_t)
BY_PATH(int, chmod, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode), const char *, mode_t)
BY_PATH(int, fchmodat, dir, path, (int dir, const char *path, mode_t mode, int f), (dir, path, mode, f), int,
        const char *, mode_t, int)
