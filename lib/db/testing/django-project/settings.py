"""The original's settings. The environment chooses database, key, further apps, and Python modules that shall not be installed."""
import json
import os
import sys
from datetime import timedelta

for module in json.loads(os.environ.get('MISSING_MODULES', '[]')):
    sys.modules[module] = None

SECRET_KEY = os.environ.get('DJANGO_SECRET_KEY', 'Zm9yLXRoZS11bml0LXRlc3RzLW9ubHktMDEyMzQ1')
DEBUG = False
ALLOWED_HOSTS = ['127.0.0.1', 'testserver']
INSTALLED_APPS = [
    'django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions',
    'django.contrib.messages', 'rest_framework', 'rest_framework_simplejwt', 'accounts',
] + json.loads(os.environ.get('MORE_APPS', '[]'))
MIDDLEWARE = [
    'django.contrib.sessions.middleware.SessionMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
]
TEMPLATES = [{
    'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True,
    'OPTIONS': {'context_processors': [
        'django.template.context_processors.request', 'django.contrib.auth.context_processors.auth',
        'django.contrib.messages.context_processors.messages',
    ]},
}]
ROOT_URLCONF = 'accounts.urls'
DATABASES = {'default': json.loads(os.environ['DJANGO_DATABASE'])}
AUTH_USER_MODEL = 'accounts.User'
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
PASSWORD_HASHERS = [
    'django.contrib.auth.hashers.' + name + 'PasswordHasher'
    for name in ('PBKDF2', 'PBKDF2SHA1', 'Argon2', 'BCryptSHA256', 'BCrypt', 'MD5')
]
REST_FRAMEWORK = {
    'DEFAULT_AUTHENTICATION_CLASSES': ('rest_framework_simplejwt.authentication.JWTAuthentication',),
    'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated'],
}
SIMPLE_JWT = {
    'ACCESS_TOKEN_LIFETIME': timedelta(minutes=60), 'REFRESH_TOKEN_LIFETIME': timedelta(days=1), 'ROTATE_REFRESH_TOKENS': False,
    'BLACKLIST_AFTER_ROTATION': True, 'UPDATE_LAST_LOGIN': True, 'SIGNING_KEY': SECRET_KEY,
}
