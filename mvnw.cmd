@rem Runs the one Maven version this build is pinned to: mvnw for Windows, see there.
@rem Not run in continuous integration. Needs curl.exe, tar.exe and certutil.exe of Windows 10 or later.
@echo off
setlocal disabledelayedexpansion

set "mvnw_version=3.9.11"
set "mvnw_sha512=bcfe4fe305c962ace56ac7b5fc7a08b87d5abd8b7e89027ab251069faebee516b0ded8961445d6d91ec1985dfe30f8153268843c89aa392733d1a3ec956c9978"
set "mvnw_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.10.0"

set "mvnw_user_home=%MAVEN_USER_HOME%"
if not defined mvnw_user_home set "mvnw_user_home=%USERPROFILE%\.m2"
set "mvnw_dist=%mvnw_user_home%\wrapper\dists\apache-maven-%mvnw_version%-%mvnw_sha512:~0,8%"
set "mvnw_maven=%mvnw_dist%\apache-maven-%mvnw_version%"
set "mvnw_archive=apache-maven-%mvnw_version%-bin.tar.gz"
set "mvnw_stage="
if exist "%mvnw_maven%\bin\mvn.cmd" goto run

set "mvnw_source=MVNW_REPOURL"
if defined MVNW_REPOURL goto install
set "mvnw_source=the repositories of the mvn on the PATH"
where mvn >nul 2>&1
if not errorlevel 1 goto install
set "mvnw_error=to fetch Apache Maven %mvnw_version%, put any Maven on the PATH or set MVNW_REPOURL to a Maven repository's URL"
goto fail

:install
set "mvnw_stage=%mvnw_dist%\.tmp.%RANDOM%%RANDOM%"
set "mvnw_error=could not create %mvnw_stage%"
mkdir "%mvnw_stage%\.mvn" || goto fail
pushd "%mvnw_stage%"
>&2 echo mvnw: fetching Apache Maven %mvnw_version% from %mvnw_source%
set "mvnw_error=could not fetch %mvnw_archive% from %mvnw_source%"
if defined MVNW_REPOURL goto download
call mvn -B -q "%mvnw_plugin%:copy" "-DoutputDirectory=." "-Dartifact=org.apache.maven:apache-maven:%mvnw_version%:tar.gz:bin" <nul >&2
if errorlevel 1 goto fail
goto check

:download
if "%MVNW_REPOURL:~-1%"=="/" set "MVNW_REPOURL=%MVNW_REPOURL:~0,-1%"
"%SystemRoot%\System32\curl.exe" -fsSL -o "%mvnw_archive%" "%MVNW_REPOURL%/org/apache/maven/apache-maven/%mvnw_version%/%mvnw_archive%"
if errorlevel 1 goto fail

:check
set "mvnw_error=deleted %mvnw_archive% from %mvnw_source%: its SHA-512 is not the one pinned in mvnw.cmd"
set "mvnw_actual="
for /f "skip=1 delims=" %%h in ('certutil -hashfile "%mvnw_archive%" SHA512') do if not defined mvnw_actual set "mvnw_actual=%%h"
if not defined mvnw_actual goto fail
if /i not "%mvnw_actual: =%"=="%mvnw_sha512%" goto fail
set "mvnw_error=could not unpack %mvnw_archive%"
"%SystemRoot%\System32\tar.exe" -xzf "%mvnw_archive%"
if errorlevel 1 goto fail

rem One rename into the parent: whole or not at all, and refused where a concurrent run was first.
move "%mvnw_stage%\apache-maven-%mvnw_version%" "%mvnw_dist%\" >nul 2>&1
set "mvnw_error=could not move the unpacked Maven to %mvnw_maven%"
if not exist "%mvnw_maven%\bin\mvn.cmd" goto fail
popd
rmdir /s /q "%mvnw_stage%"

:run
rem Without `call`: control passes to mvn.cmd for good, and its exit code is this one's.
endlocal & "%mvnw_maven%\bin\mvn.cmd" %*

:fail
>&2 echo mvnw: %mvnw_error%
popd
if defined mvnw_stage rmdir /s /q "%mvnw_stage%"
exit /b 1
